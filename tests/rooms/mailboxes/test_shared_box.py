"""The agency's mailbox at work: alarms, who is told, who answers, what is measured and proved."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from cast import House
from channel_double import Double
from congvu.channels import sheet_rows
from congvu.channels.decline import decline_inbound
from congvu.channels.hand_over import hand_over_due
from congvu.channels.record_outcome import record_receipt
from congvu.channels.types import MAIL, Outcome, Receipt, Result
from congvu.kit import wall
from congvu.kit.refusal import Refusal
from congvu.mailboxes import access
from congvu.mailboxes.assign_item import assign_item
from congvu.mailboxes.decide_letter import take_letter_up
from congvu.mailboxes.models import Mailbox, MailNotice
from congvu.mailboxes.queries.addresses import found_addresses
from congvu.mailboxes.queries.conversation import begun_answers, conversation, in_doubt
from congvu.mailboxes.queries.measure import office_rows, unread_rows
from congvu.mailboxes.queries.notices import mail_notices
from congvu.mailboxes.queries.two_hours import letters_in_two_hours
from congvu.mailboxes.renew_names import GONE, renew_names
from congvu.mailboxes.save_draft import Typed, save_draft
from congvu.mailboxes.send_letter import send_letter
from congvu.mailboxes.start_draft import FORWARD, REPLY, answer_letter
from congvu.mailboxes.tell import mark_notices_seen
from congvu.mailboxes.typeset_letter import typeset_letter
from congvu.orgs.models import Posting
from congvu.timers.escalate import escalate_due
from congvu.timers.models import Timer
from letters import behind_the_wall
from mailroom import box_of, item_in, mail_from_outside, send
from rooms.mailboxes.test_keeping import office

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.2")]


def asked(house: House, other: House, at: datetime):
    """A letter of another agency's official lies in the agency's mailbox."""
    letter = send(other.drafter, box_of(other.drafter, at), office(house).address, at)
    return item_in(office(house), letter)


@pytest.mark.clause("QC.9.2.b")
def test_clerk_head_and_whoever_has_it_are_warned_in_working_time_and_once(
    house: House, other: House, at: datetime
) -> None:
    late = at.replace(hour=16, minute=30)  # Friday: half an hour today, the rest on Monday
    item = asked(house, other, late)
    assign_item(item_id=item.id, posting_id=house.drafter.posting_id, by=house.clerk, at=late)
    monday = datetime.fromisoformat("2022-03-07T08:00:00+07:00")
    for early in (late.replace(hour=17), monday - timedelta(minutes=1)):
        escalate_due(at=early)
    assert not MailNotice.objects.filter(kind="alarm").exists()
    everybody = {one.posting_id for one in (house.clerk, house.leader, house.drafter)}
    for minutes, key in ((0, "60 phút"), (30, "90 phút")):
        for _ in range(2):
            with wall.crossing_agencies():
                escalate_due(at=monday + timedelta(minutes=minutes))
        told = MailNotice.objects.filter(key=key)
        assert {one.to_id for one in told} == everybody and told.count() == 3
    (newest, *_) = mail_notices(house.leader.posting_id or 0)
    assert "còn 30 phút làm việc" in newest.text and "Mời họp" in newest.text
    with behind_the_wall(house.leader):
        assert mark_notices_seen(posting_id=house.leader.posting_id or 0, at=monday) == 2
    with behind_the_wall(other.leader):
        assert not MailNotice.objects.exists()


@pytest.mark.clause("QC.9.2.b")
def test_what_was_taken_up_is_silent(house: House, other: House, at: datetime) -> None:
    item = asked(house, other, at)
    take_letter_up(item_id=item.id, by=house.clerk, at=at)
    escalate_due(at=at + timedelta(hours=2))
    assert not MailNotice.objects.exists()


def test_a_colleague_hears_of_what_was_given_and_nobody_of_his_own_order(
    house: House, other: House, at: datetime
) -> None:
    item = asked(house, other, at)
    note = {"note": "Trước thứ Sáu.", "by": house.clerk, "at": at}
    with behind_the_wall(house.clerk):
        assign_item(item_id=item.id, posting_id=house.drafter.posting_id, **note)
        assign_item(item_id=item.id, posting_id=house.clerk.posting_id, **note)
    (told,) = MailNotice.objects.all()
    assert told.to_id == house.drafter.posting_id
    assert told.text.endswith("giao xử lý thư “Mời họp”. Trước thứ Sáu.")


@pytest.mark.clause("QC.9.2.b")
def test_whoever_was_given_a_letter_answers_it_in_the_agencys_name(
    house: House, other: House, at: datetime
) -> None:
    item, doer = asked(house, other, at), house.drafter
    with pytest.raises(Refusal, match="E002"):
        answer_letter(item_id=item.id, how=REPLY, by=doer, at=at)
    assign_item(item_id=item.id, posting_id=doer.posting_id, by=house.clerk, at=at)
    with behind_the_wall(doer):
        with pytest.raises(Refusal, match="E027"):
            answer_letter(item_id=item.id, how=FORWARD, by=doer, at=at)
        draft = answer_letter(item_id=item.id, how=REPLY, by=doer, at=at)
        typed = Typed(to=draft.to, subject=draft.subject, text="Đồng ý dự họp.")
        save_draft(draft_id=draft.id, typed=typed, by=doer, at=at)
        assert [one.by.person.full_name for one in begun_answers(item)] == [doer.full_name]
    with pytest.raises(Refusal, match="E003"):
        access.draft_for(house.colleague, draft.id)
    with behind_the_wall(doer):
        answer = send_letter(draft_id=draft.id, by=doer, at=at)
        assert len(conversation(item).letters) == 2
    assert answer.from_address == office(house).address
    assert not Timer.objects.exclude(state="stopped").exists()


@pytest.mark.clause("QC.9.2.b")
def test_letters_between_agencies_are_measured_by_month(
    house: House, other: House, at: datetime
) -> None:
    first, second, _ = (asked(house, other, at) for _ in range(3))
    take_letter_up(item_id=first.id, by=house.clerk, at=at + timedelta(minutes=119))
    take_letter_up(item_id=second.id, by=house.clerk, at=at + timedelta(minutes=121))
    since, soon = at - timedelta(days=60), at + timedelta(minutes=60)
    with behind_the_wall(house.leader):
        (month,) = letters_in_two_hours(house.leader, since=since, at=soon)
        assert (month.total, month.in_time, month.answered_late) == (3, 1, 1)
        assert (month.waiting, month.overdue, month.share) == (1, 0, 50.0)
        (month,) = letters_in_two_hours(house.leader, since=since, at=at + timedelta(hours=4))
        assert (month.waiting, month.overdue, month.late) == (0, 1, 2)
    with behind_the_wall(other.leader):
        assert letters_in_two_hours(other.leader, since=since, at=soon) == []
    assert letters_in_two_hours(house.drafter, since=since, at=soon) == []


@pytest.mark.clause("QC.9.2")
def test_an_answer_from_the_mailbox_is_an_answer_in_triage(
    house: House, other: House, at: datetime
) -> None:
    inbound = mail_from_outside(office(house), at)
    item = item_in(office(house))
    assign_item(item_id=item.id, posting_id=house.drafter.posting_id, by=house.clerk, at=at)
    later = at + timedelta(minutes=20)

    def answered(to: str) -> None:
        draft = answer_letter(item_id=item.id, how=REPLY, by=house.drafter, at=later)
        typed = Typed(to=to, subject="Re: Hỏi thủ tục", text="Kính gửi Ông.")
        save_draft(draft_id=draft.id, typed=typed, by=house.drafter, at=later)
        with behind_the_wall(house.drafter):
            send_letter(draft_id=draft.id, by=house.drafter, at=later)
        inbound.refresh_from_db()

    answered(office(other).address)  # somebody else was asked: the sender knows nothing yet
    assert inbound.state == "waiting"
    answered("dan@example.com")
    assert (inbound.state, inbound.decided_in, inbound.reply.state) == ("answered", 20, "waiting")
    assert not Timer.objects.filter(subject_kind="inbound").exclude(state="stopped").exists()
    took = inbound.decided_at
    answered("dan@example.com")
    assert (inbound.state, inbound.decided_at) == ("answered", took)


def test_what_triage_decided_no_longer_lies_unread(house: House, at: datetime) -> None:
    inbound = mail_from_outside(office(house), at)
    item = item_in(office(house))
    later = at + timedelta(minutes=30)
    with behind_the_wall(house.leader):
        (row,) = office_rows(house.leader, later)
    assert (row.unread, row.oldest_minutes) == (1, 30)
    decline_inbound(
        inbound_id=inbound.id, text="Đề nghị gửi Sở Tài chính.", by=house.clerk, at=later
    )
    item.refresh_from_db()
    assert item.read_at == later
    with behind_the_wall(house.leader):
        (row,) = office_rows(house.leader, later)
    assert (row.unread, row.oldest_at) == (0, None)


@pytest.mark.clause("QC.8.2.a")
def test_a_letter_that_failed_is_no_mail_left_unread(house: House, at: datetime) -> None:
    Double.script = staticmethod(lambda item: Outcome(Result.PERMANENT, said="Không có hộp thư."))
    send(house.drafter, box_of(house.drafter, at), "ai@khanhhoa.gov.vn", at)
    hand_over_due(channel=MAIL)
    with behind_the_wall(house.leader):
        rows = {one.name: one for one in unread_rows(house.leader, at)}
    assert rows[house.drafter.full_name].unread == 0


@pytest.mark.clause("QC.8.2.a")
def test_a_line_that_broke_leaves_the_letter_in_doubt(house: House, at: datetime) -> None:
    Double.script = staticmethod(lambda item: Outcome(Result.UNKNOWN, said="Ngắt."))
    letter = send(house.drafter, box_of(house.drafter, at), "ai@khanhhoa.gov.vn", at)
    hand_over_due(channel=MAIL)
    (to,) = letter.recipients.all()
    with behind_the_wall(house.drafter):
        assert in_doubt([to]) == {to.message_id}


@pytest.mark.clause("QC.8.2", "QC.8.3")
def test_a_letter_has_one_sheet_of_evidence_for_all_its_recipients(
    house: House, other: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict] = []
    real = sheet_rows.render
    monkeypatch.setattr(
        sheet_rows,
        "render",
        lambda form, values, at: seen.append(values) or real(form, values, at=at),
    )
    by, box = house.drafter, box_of(house.drafter, at)
    to = f"{office(other).address}, ai@khanhhoa.gov.vn"
    letter = send(by, box, to, at)
    hand_over_due(channel=MAIL)
    attempt = letter.recipients.get(to_mailbox=None).message.attempts.get()
    with behind_the_wall(by):
        typeset_letter(access.item_for(by, item_in(box, letter, is_sent=True).id), by=by, at=at)
    moments = [row[:2] for row in seen[0]["parts"][0]["rows"]]
    when = "09:00 thứ Sáu 04/03/2022"
    assert [one[1] for one in moments] == [when, when, when, "chưa xác nhận", "chưa xác nhận"]
    record_receipt(
        attempt_id=attempt.id, receipt=Receipt("delivered", "B", at), raw=b"Action", at=at
    )
    with behind_the_wall(by):
        typeset_letter(access.item_for(by, item_in(box, letter, is_sent=True).id), by=by, at=at)
    assert [row[1] for row in seen[1]["parts"][0]["rows"]] == [when] * 5
    evidence = next(part for part in seen[1]["parts"] if part["kind"] == "evidence")
    assert [row[2][:5] for row in evidence["rows"]] == ["Cấp C", "Cấp B"]
    theirs = item_in(office(other), letter)
    with behind_the_wall(other.clerk):  # the recipient has its own sheet
        typeset_letter(access.item_for(other.clerk, theirs.id), by=other.clerk, at=at)
    assert seen[2]["agency_lines"] == ["SỞ Y TẾ"]


def test_the_address_book_follows_the_register_of_people(
    house: House, other: House, at: datetime
) -> None:
    box = box_of(house.drafter, at)
    assert renew_names(at=at) == 0
    row = Posting.objects.get(id=house.drafter.posting_id)
    row.person.full_name = "Nguyễn Thị Bình"
    row.person.save()
    assert renew_names(at=at) == 1
    assert [one.id for one in found_addresses("thi binh")] == [box.id]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orgs_posting SET valid_to = '2022-03-04' WHERE id = %s", [row.id])
    assert renew_names(at=at + timedelta(days=1)) == 1
    assert Mailbox.objects.get(id=box.id).title == GONE
    assert found_addresses("thi binh") == []
