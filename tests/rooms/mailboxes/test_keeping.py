"""Keeping a mailbox: what came in, folders, search, colleagues, absence, and the measure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cast import House
from channel_double import Double
from congvu.channels import queries as channels
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import InboundMessage, Message
from congvu.channels.states import InboundState
from congvu.channels.types import MAIL, Outcome, Result
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.mailboxes import access
from congvu.mailboxes.assign_item import assign_item, write_note
from congvu.mailboxes.decide_letter import decline_letter, take_letter_up
from congvu.mailboxes.jobs import answer_for_inbound, answer_for_letter
from congvu.mailboxes.keep_items import (
    make_folder,
    mark_items,
    move_items,
    read_conversation,
    remove_folder,
)
from congvu.mailboxes.models import (
    AwayAnswer,
    Letter,
    LetterRecipient,
    Mailbox,
    MailDraft,
    MailItem,
)
from congvu.mailboxes.queries.conversation import conversation, evidence_of
from congvu.mailboxes.queries.lists import Wanted, assigned_to, clocks_of, counts_of, items_of
from congvu.mailboxes.queries.measure import beside_official_mail, unread_rows
from congvu.mailboxes.save_draft import Typed, save_draft
from congvu.mailboxes.send_letter import send_letter
from congvu.mailboxes.set_away import end_away, set_away, set_signature
from congvu.mailboxes.start_draft import REPLY, answer_letter, start_draft
from congvu.mailboxes.states import Place
from congvu.mailboxes.sweep_drafts import sweep_drafts
from congvu.orgs.types import Actor
from congvu.timers.models import Timer
from letters import behind_the_wall
from mailroom import box_of, item_in, mail_from_outside, send

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.2")]


def office(house: House) -> Mailbox:
    return Mailbox.objects.get(agency=house.agency, person=None)


# --- what came in from outside --------------------------------------------------------------------


@pytest.mark.clause("QC.9.2.a", "QC.8.2.b")
def test_mail_to_an_official_is_that_persons_and_is_acknowledged(
    house: House, at: datetime
) -> None:
    box = box_of(house.drafter, at)
    inbound = mail_from_outside(box, at)
    assert inbound.to_person_id == house.drafter.person_id
    assert inbound.state == InboundState.PERSONAL
    assert not Timer.objects.filter(subject_kind="inbound").exists()  # the agency's duty alone
    item = item_in(box)
    assert (item.inbound_id, item.received_at, item.who) == (inbound.id, at, "Nguyễn Văn Dân")
    hand_over_due(channel=MAIL)
    (answer,) = Double.sent
    assert inbound.reference in answer.text["subject"] and answer.text["is_automatic"]
    for somebody in (house.clerk, house.leader):
        with behind_the_wall(somebody):
            assert not InboundMessage.objects.exists() and not Message.objects.exists()
            assert not channels.inbound_list(somebody, "", "").rows
    with behind_the_wall(house.drafter):
        assert InboundMessage.objects.count() == Message.objects.count() == 1


@pytest.mark.clause("QC.9.2.b")
def test_mail_to_the_agency_is_one_row_seen_by_triage_and_by_the_mailbox(
    house: House, at: datetime
) -> None:
    inbound = mail_from_outside(office(house), at)
    assert inbound.state == InboundState.WAITING
    with behind_the_wall(house.clerk):
        (row,) = channels.inbound_list(house.clerk, "", "").rows
        item = item_in(office(house))
        shown = conversation(item).letters[0]
    assert row.id == item.inbound_id == inbound.id
    assert shown.text == inbound.text and shown.received_at == inbound.received_at
    assert mail_from_outside(office(house), at).id == inbound.id
    assert MailItem.objects.count() == 1


def test_an_answer_from_outside_comes_into_its_conversation(house: House, at: datetime) -> None:
    box = box_of(house.drafter, at)
    mail_from_outside(box, at)
    draft = answer_letter(item_id=item_in(box).id, how=REPLY, by=house.drafter, at=at)
    letter = send_letter(draft_id=draft.id, by=house.drafter, at=at)
    hand_over_due(channel=MAIL)
    sent = next(one for one in Double.sent if one.purpose == Message.Purpose.LETTER)
    assert sent.text["in_reply_to"] == "<hoi@example.com>"
    mail_from_outside(
        box, at + timedelta(minutes=9), external_id="<b@example.com>", answers=sent.tracking
    )
    assert len({one.thread for one in MailItem.objects.filter(mailbox=box)}) == 1
    assert letter.thread == item_in(box, letter, is_sent=True).thread


# --- the two working hours of a letter of colleagues ---------------------------------------------


def running() -> list[Timer]:
    return list(Timer.objects.exclude(state="stopped"))


@pytest.mark.clause("QC.9.2.b")
def test_a_letter_of_colleagues_to_an_agency_has_two_working_hours(
    house: House, other: House, at: datetime
) -> None:
    late = at.replace(hour=16)
    by, box = other.drafter, box_of(other.drafter, at)
    with behind_the_wall(by):
        letter = send(by, box, office(house).address, late, copies=office(other).address)
    (timer,) = running()
    assert (timer.agency_id, timer.kind) == (house.agency.id, "decline")
    # Friday 16:00: one hour today, one on Monday.
    assert clock.local(timer.due_at).isoformat() == "2022-03-07T08:30:00+07:00"
    item = item_in(office(house), letter)
    assert clocks_of(office(house), [item.thread]) == {item.thread: timer.due_at}
    with behind_the_wall(house.clerk):
        answer = decline_letter(
            item_id=item.id, text="Đề nghị gửi Sở Tài chính, 12 Trần Phú.", by=house.clerk, at=late
        )
    assert running() == []
    assert item_in(box, answer).subject == "[Không thuộc phạm vi giải quyết] Mời họp"
    with pytest.raises(Refusal, match="E029"):
        take_letter_up(item_id=item.id, by=house.clerk, at=late)


@pytest.mark.clause("QC.9.2.b")
def test_the_clock_ends_by_taking_up_or_by_any_answer(
    house: House, other: House, at: datetime
) -> None:
    box = box_of(other.drafter, at)
    first, second = (send(other.drafter, box, office(house).address, at) for _ in range(2))
    assert len(running()) == 2
    taken = item_in(office(house), first)
    with pytest.raises(Refusal, match="E030"):
        decline_letter(item_id=taken.id, text="Không.", by=house.clerk, at=at)
    with pytest.raises(Refusal, match="E002"):
        take_letter_up(item_id=taken.id, by=house.drafter, at=at)
    take_letter_up(item_id=taken.id, by=house.clerk, at=at)
    asked = item_in(office(house), second)
    draft = answer_letter(item_id=asked.id, how=REPLY, by=house.clerk, at=at)
    send_letter(draft_id=draft.id, by=house.clerk, at=at)
    assert running() == []


@pytest.mark.clause("QC.9.2.b")
def test_no_clock_for_ones_own_people_for_copies_and_for_answers(
    house: House, other: House, at: datetime
) -> None:
    ours, theirs = office(house), office(other)
    send(house.drafter, box_of(house.drafter, at), ours.address, at)  # our own official
    send(house.clerk, ours, box_of(other.head, at).address, at, copies=theirs.address)
    assert running() == []
    letter = send(house.clerk, ours, theirs.address, at)
    assert len(running()) == 1
    draft = answer_letter(item_id=item_in(theirs, letter).id, how=REPLY, by=other.clerk, at=at)
    answer = send_letter(draft_id=draft.id, by=other.clerk, at=at)
    assert running() == []  # theirs stopped, and an answer to our own letter starts none
    with pytest.raises(Refusal, match="E029"):
        take_letter_up(item_id=item_in(ours, answer).id, by=house.clerk, at=at)


@pytest.mark.clause("QC.8.2.a")
def test_a_letter_that_failed_outside_stands_as_unread(house: House, at: datetime) -> None:
    box = box_of(house.drafter, at)
    letter = send(house.drafter, box, "khong-co@khanhhoa.example", at)
    Double.script = staticmethod(
        lambda item: Outcome(Result.PERMANENT, code="550", said="No such user")
    )
    hand_over_due(channel=MAIL)
    item = item_in(box, letter, is_sent=True)
    assert item.read_at is None and counts_of([box])[box.id].places["sent"] == 1
    (proof,) = evidence_of(letter.recipients.all())[letter.recipients.get().message_id]
    assert proof.kind == "failed"
    read_conversation(item_id=item.id, by=house.drafter, at=at)
    assert "sent" not in counts_of([box])[box.id].places


# --- order ---------------------------------------------------------------------------------------


def test_a_conversation_is_one_line_and_is_moved_as_a_whole(
    house: House, other: House, at: datetime
) -> None:
    mine, theirs = box_of(house.drafter, at), box_of(other.drafter, at)
    letter = send(house.drafter, mine, theirs.address, at)
    item = item_in(theirs, letter)
    for minutes in (1, 2):
        draft = answer_letter(item_id=item.id, how=REPLY, by=other.drafter, at=at)
        send_letter(draft_id=draft.id, by=other.drafter, at=at + timedelta(minutes=minutes))
    (row,) = items_of(mine, Wanted(), "").rows
    assert (row.total, row.is_unread) == (3, True)
    assert counts_of([mine])[mine.id].places["inbox"] == 2
    by = house.drafter
    read_conversation(item_id=row.id, by=by, at=at)
    assert not items_of(mine, Wanted(), "").rows[0].is_unread
    mark_items(mailbox_id=mine.id, item_ids=[row.id], mark="unread", by=by, at=at)
    mark_items(mailbox_id=mine.id, item_ids=[row.id], mark="star", by=by, at=at)
    (starred,) = items_of(mine, Wanted(is_starred=True), "").rows
    assert starred.is_unread and starred.id == row.id
    folder = make_folder(mailbox_id=mine.id, name="Tổ công tác", by=by, at=at)
    move_items(mailbox_id=mine.id, item_ids=[row.id], to=str(folder.id), by=by, at=at)
    assert not items_of(mine, Wanted(), "").rows
    assert len(items_of(mine, Wanted(folder_id=folder.id), "").rows) == 1
    assert len(items_of(mine, Wanted(Place.SENT), "").rows) == 1
    remove_folder(mailbox_id=mine.id, folder_id=folder.id, by=by, at=at)
    (kept,) = items_of(mine, Wanted(Place.ARCHIVE), "").rows
    move_items(mailbox_id=mine.id, item_ids=[kept.id], to="trash", by=by, at=at)
    assert len(items_of(mine, Wanted(Place.TRASH), "").rows) == 1
    move_items(mailbox_id=mine.id, item_ids=[kept.id], to="inbox", by=by, at=at)
    assert len(items_of(mine, Wanted(), "").rows) == 1


@pytest.mark.parametrize(("to", "code"), [("nowhere", "E016"), ("999999", "E016")])
def test_a_letter_goes_only_where_there_is_a_place(
    house: House, at: datetime, to: str, code: str
) -> None:
    box = box_of(house.drafter, at)
    mail_from_outside(box, at)
    with pytest.raises(Refusal, match=code):
        move_items(mailbox_id=box.id, item_ids=[item_in(box).id], to=to, by=house.drafter, at=at)
    with pytest.raises(Refusal, match="E015"):
        move_items(mailbox_id=box.id, item_ids=[0], to="trash", by=house.drafter, at=at)
    with pytest.raises(Refusal, match="E001"):
        move_items(mailbox_id=box.id, item_ids=[1], to="trash", by=house.clerk, at=at)


@pytest.mark.parametrize("words", ["tiến độ", "tien do", '"dự án"', "example.com", "DAN tien"])
def test_words_are_found_with_and_without_diacritics(
    house: House, at: datetime, words: str
) -> None:
    box = box_of(house.drafter, at)
    mail_from_outside(box, at, subject="Hỏi tiến độ dự án", text="Dân hỏi.")
    mail_from_outside(box, at, subject="Thư khác", from_address="x@y.vn", from_name="Ai")
    found = items_of(box, Wanted(words=words), "").rows
    assert [one.subject for one in found] == ["Hỏi tiến độ dự án"]
    assert not items_of(box_of(house.head, at), Wanted(words=words), "").rows


def test_pages_go_on_where_they_ended(house: House, at: datetime) -> None:
    box = box_of(house.drafter, at)
    for number in range(53):
        mail_from_outside(box, at + timedelta(seconds=number // 2), subject=f"Thư {number}")
    first = items_of(box, Wanted(), "")
    second = items_of(box, Wanted(), first.next_key)
    assert (len(first.rows), len(second.rows), second.next_key) == (50, 3, "")
    assert len({one.id for one in (*first.rows, *second.rows)}) == 53


# --- colleagues ----------------------------------------------------------------------------------


def test_a_colleague_reads_what_was_given_and_writes_notes(
    house: House, other: House, at: datetime
) -> None:
    letter = send(other.drafter, box_of(other.drafter, at), office(house).address, at)
    item, doer = item_in(office(house), letter), house.drafter
    with pytest.raises(Refusal, match="E002"):
        access.item_for(doer, item.id, to="read")
    assign_item(
        item_id=item.id, posting_id=doer.posting_id, note="Trước thứ Sáu.", by=house.clerk, at=at
    )
    with behind_the_wall(doer):
        assert access.item_for(doer, item.id, to="read").id == item.id
        (row,) = assigned_to(doer, "").rows
        assert row.assignee == doer.full_name
        with pytest.raises(Refusal, match="E027"):
            access.item_for(doer, item.id)
        write_note(item_id=item.id, text="Đã gọi điện.", by=doer, at=at)
        notes = [one.text for one in conversation(item).notes]
    assert notes == ["Giao Nguyễn Văn An xử lý. Trước thứ Sáu.", "Đã gọi điện."]
    with pytest.raises(Refusal, match="E002"):
        access.item_for(house.colleague, item.id, to="read")
    with pytest.raises(Refusal, match="E018"):
        stranger = other.clerk.posting_id
        assign_item(item_id=item.id, posting_id=stranger, by=house.clerk, at=at)
    assign_item(item_id=item.id, posting_id=None, by=house.clerk, at=at)
    with pytest.raises(Refusal, match="E002"):
        access.item_for(doer, item.id, to="read")


def test_notes_belong_to_agencies_mailboxes_alone(house: House, at: datetime) -> None:
    box = box_of(house.drafter, at)
    mail_from_outside(box, at)
    with pytest.raises(Refusal, match="E017"):
        write_note(item_id=item_in(box).id, text="Ghi", by=house.drafter, at=at)


def test_the_sender_sees_when_it_was_first_opened(house: House, other: House, at: datetime) -> None:
    mine, theirs = box_of(house.drafter, at), box_of(other.drafter, at)
    letter = send(house.drafter, mine, theirs.address, at)
    item = item_in(theirs, letter)
    for minutes in (3, 9):
        with behind_the_wall(other.drafter):
            read_conversation(item_id=item.id, by=other.drafter, at=at + timedelta(minutes=minutes))
    recipient = LetterRecipient.objects.get(letter=letter)
    assert recipient.seen_at == at + timedelta(minutes=3)


# --- absence -------------------------------------------------------------------------------------


def away(by: Actor, box: Mailbox, at: datetime, days: int = 3) -> None:
    set_away(
        mailbox_id=box.id,
        first_day=clock.local(at).date(),
        last_day=clock.local(at).date() + timedelta(days=days),
        text="Tôi đi công tác, việc gấp xin gọi Văn phòng.",
        by=by,
        at=at,
    )


@pytest.mark.clause("QC.9.2.a")
def test_an_absence_is_answered_once_a_sender_and_never_to_a_machine(
    house: House, other: House, at: datetime
) -> None:
    mine, theirs = box_of(house.drafter, at), box_of(other.drafter, at)
    away(other.drafter, theirs, at)
    away(house.drafter, mine, at)  # both are away: they come to rest after one answer each
    for _ in range(2):
        letter = send(house.drafter, mine, theirs.address, at)
        answer_for_letter(letter_id=letter.id)
        answer_for_letter(letter_id=letter.id)
    answers = Letter.objects.filter(is_automatic=True)
    for one in list(answers):
        answer_for_letter(letter_id=one.id)
    (answer,) = answers
    assert answer.subject == "Trả lời tự động: Mời họp" and "đi công tác" in answer.text
    assert item_in(mine, answer).thread == Letter.objects.order_by("id").first().thread
    end_away(mailbox_id=theirs.id, by=other.drafter, at=at)
    away(other.drafter, theirs, at)  # another absence: told again
    letter = send(house.drafter, mine, theirs.address, at)
    answer_for_letter(letter_id=letter.id)
    assert answers.all().count() == 2


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({}, 1),
        ({"is_automatic": True}, 0),
        ({"is_bulk": True}, 0),
        ({"wants_no_answer": True}, 0),
        ({"is_forged": True}, 0),
    ],
)
def test_outside_only_people_hear_of_an_absence(
    house: House, at: datetime, facts: dict[str, bool], count: int
) -> None:
    box = box_of(house.drafter, at)
    away(house.drafter, box, at)
    for number in range(2):
        inbound = mail_from_outside(box, at, external_id=f"<{number}@x>", facts=facts)
        answer_for_inbound(inbound_id=inbound.id)
    told = Message.objects.filter(key__startswith="away-")
    assert told.count() == AwayAnswer.objects.count() == count
    for one in told:
        assert one.texts[MAIL]["is_automatic"] and one.from_person_id == house.drafter.person_id


def test_an_absence_has_days_and_words(house: House, at: datetime) -> None:
    box, by = box_of(house.drafter, at), house.drafter
    day = date(2022, 3, 1)
    for first, last, text, code in (
        (None, None, "Vắng", "E020"),
        (day, day, "Vắng", "E020"),  # over already
        (date(2022, 3, 9), date(2022, 3, 8), "Vắng", "E020"),
        (date(2022, 3, 9), date(2022, 3, 9), " ", "E021"),
    ):
        with pytest.raises(Refusal, match=code):
            set_away(mailbox_id=box.id, first_day=first, last_day=last, text=text, by=by, at=at)
    away(by, box, at + timedelta(days=7))
    inbound = mail_from_outside(box, at)
    answer_for_inbound(inbound_id=inbound.id)  # not begun yet
    assert not AwayAnswer.objects.exists()


def test_closing_words_stand_in_every_new_letter_and_empty_drafts_go(
    house: House, at: datetime
) -> None:
    box, by = box_of(house.drafter, at), house.drafter
    set_signature(mailbox_id=box.id, text="An\nPhòng TH", by=by, at=at)
    draft = start_draft(mailbox_id=box.id, by=by, at=at)
    assert draft.text.endswith("An\nPhòng TH")
    assert start_draft(mailbox_id=box.id, by=by, at=at).id == draft.id
    typed = start_draft(mailbox_id=box_of(house.head, at).id, by=house.head, at=at)
    save_draft(draft_id=typed.id, typed=Typed(text="Đang viết"), by=house.head, at=at)
    assert sweep_drafts(at=at + timedelta(days=2)) == 1
    assert [one.id for one in MailDraft.objects.all()] == [typed.id]


# --- the measure ---------------------------------------------------------------------------------


def test_the_head_sees_figures_and_no_letter(house: House, other: House, at: datetime) -> None:
    box = box_of(house.drafter, at)
    evening = at.replace(hour=18)
    send(other.drafter, box_of(other.drafter, at), box.address, evening, subject="Chuyện riêng")
    monday = datetime.fromisoformat("2022-03-07T10:00:00+07:00")
    with behind_the_wall(house.leader):
        rows = {one.name: one for one in unread_rows(house.leader, monday)}
        assert not MailItem.objects.exists()
    mine = rows[house.drafter.full_name]
    # Friday evening counts from Monday 07:30: two and a half working hours.
    assert (mine.unread, mine.oldest_minutes, mine.opened_at) == (1, 150, None)
    assert rows[house.archivist.full_name].address == ""
    with behind_the_wall(house.drafter):
        read_conversation(item_id=item_in(box).id, by=house.drafter, at=monday)
    with behind_the_wall(other.leader):  # another agency's head asks for our mailboxes
        assert all(one.unread == 0 for one in unread_rows(other.leader, monday))
    with behind_the_wall(house.leader):
        rows = {one.name: one for one in unread_rows(house.leader, monday)}
    assert (rows[mine.name].unread, rows[mine.name].opened_at) == (0, monday)


def test_another_agency_gets_no_figure_of_ours(house: House, other: House, at: datetime) -> None:
    from congvu.mailboxes.queries.measure import _figures

    box = box_of(house.drafter, at)
    mail_from_outside(box, at)
    with behind_the_wall(house.leader):
        assert _figures([box.id])[box.id][0] == 1
    with behind_the_wall(other.leader):
        assert _figures([box.id]) == {}


def test_mail_that_speaks_for_an_official_from_elsewhere_is_shown(
    house: House, at: datetime
) -> None:
    box = office(house)
    name = house.leader.full_name.upper()
    mail_from_outside(box, at, subject="a", from_name=name, from_address="gd@gmail.com")
    mail_from_outside(box, at, subject="b", from_name="Người dân", from_address="nd@gmail.com")
    forged = {"is_forged": True}
    mail_from_outside(box, at, subject="c", from_address="ubnd@phuyen.gov.vn", facts=forged)
    mail_from_outside(box, at, subject="d", from_name=name, from_address="gd@khanhhoa.gov.vn")
    with behind_the_wall(house.leader):
        found = {
            one.inbound.subject: one.finding.explanation
            for one in beside_official_mail(house.leader, at)
        }
    assert set(found) == {"a", "c"}
    assert "gmail.com" in found["a"] and "mạo tên miền" in found["c"]
