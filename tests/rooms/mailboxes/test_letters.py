"""A letter between officials is one transaction; outside it goes by the channels."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import ProgrammingError, connection, transaction

from cast import House
from channel_double import Double
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Message
from congvu.channels.types import MAIL
from congvu.incidents.models import Incident
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.mailboxes.attach_to_draft import attach_to_draft, detach_from_draft
from congvu.mailboxes.models import Letter, LetterRecipient, Mailbox, MailDraft, MailItem
from congvu.mailboxes.queries.addresses import found_addresses
from congvu.mailboxes.queries.conversation import conversation, evidence_of
from congvu.mailboxes.save_draft import Typed, discard_draft, save_draft
from congvu.mailboxes.send_letter import send_letter
from congvu.mailboxes.start_draft import (
    FORWARD,
    REPLY,
    REPLY_ALL,
    answer_letter,
    start_draft,
)
from congvu.mailboxes.states import Place
from letters import behind_the_wall, small_pdf
from mailroom import box_of, item_in, mail_from_outside, office_box, send

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.6.1.đ", "QC.10.2")]


@pytest.mark.clause("QC.8.3.a", "QC.8.3.b", "QC.7.2")
def test_a_letter_inside_is_sent_and_entered_in_one_moment(
    house: House, other: House, at: datetime
) -> None:
    """Written as the web does it: behind the wall, seeing nothing of the other mailbox."""
    mine, theirs = box_of(house.drafter, at), box_of(other.drafter, at)
    late = at.replace(hour=18, minute=20)
    with clock.frozen(late), behind_the_wall(house.drafter):
        letter = send(house.drafter, mine, theirs.address, late)
        assert not MailItem.objects.filter(mailbox=theirs).exists()
    recipient = LetterRecipient.objects.get(letter=letter)
    assert letter.sent_at == recipient.entered_at == late
    # A Friday evening: received when work begins again.
    assert clock.local(recipient.received_at).isoformat() == "2022-03-07T07:30:00+07:00"
    assert "ngoài giờ làm việc" in recipient.received_finding["explanation"]
    assert recipient.received_finding["clause"] == "QC.8.3.b"
    assert letter.sent_finding["clause"] == "QC.8.3.a"
    assert letter.legal_class == "QC.7.2"
    assert not Message.objects.exists()  # no SMTP inside
    with behind_the_wall(other.drafter):
        item = item_in(theirs, letter)
        shown = conversation(item).letters[0]
    assert (item.place, item.is_sent, item.received_at) == (
        Place.INBOX,
        False,
        recipient.received_at,
    )
    assert shown.text == "Kính mời đồng chí dự họp." and shown.received_at == item.received_at
    assert not MailDraft.objects.exists()


@pytest.mark.clause("QC.8.2.a")
def test_a_letter_outside_goes_by_the_channels_and_shows_their_evidence(
    house: House, at: datetime
) -> None:
    mine = box_of(house.drafter, at)
    letter = send(house.drafter, mine, "Dân <dan@khanhhoa.example>, snv@phuyen.gov.vn", at)
    outside, inside = LetterRecipient.objects.filter(letter=letter)
    assert inside.to_mailbox.name == "Sở Nội vụ" and inside.message is None
    assert outside.entered_at is None and outside.message.purpose == Message.Purpose.LETTER
    assert hand_over_due(channel=MAIL) == 1
    (sent,) = Double.sent
    assert sent.address == "dan@khanhhoa.example" and sent.text["from_address"] == mine.address
    assert sent.text["from_name"] == house.drafter.full_name
    (proof,) = evidence_of([outside])[outside.message_id]
    assert (proof.kind, proof.grade) == ("accepted", "C")


def test_a_persons_letter_is_seen_by_nobody_else_of_the_agency(
    house: House, other: House, at: datetime
) -> None:
    """Two walls: not the clerk, not the leader, in no table that it passes."""
    mine, theirs = box_of(house.drafter, at), box_of(other.drafter, at)
    with behind_the_wall(house.drafter):
        send(house.drafter, mine, f"{theirs.address}, dan@khanhhoa.example", at)
        start_draft(mailbox_id=mine.id, by=house.drafter, at=at)
    mail_from_outside(mine, at)
    for somebody in (house.clerk, house.leader, other.clerk):
        with behind_the_wall(somebody):
            for model in (Letter, LetterRecipient, MailItem, MailDraft, Message):
                assert not model.objects.filter(agency=house.agency).exists(), model
            with pytest.raises(Refusal, match="E001"):
                start_draft(mailbox_id=mine.id, by=somebody, at=at)
    with behind_the_wall(other.drafter):
        assert Letter.objects.count() == 1 and MailItem.objects.count() == 1


def test_a_letter_that_was_sent_is_never_changed(house: House, other: House, at: datetime) -> None:
    """Evidence: neither the sender nor the recipient rewrites a word or a moment."""
    mine, theirs = box_of(house.drafter, at), box_of(other.drafter, at)
    letter = send(house.drafter, mine, theirs.address, at)
    changes = (
        "UPDATE mailboxes_letter SET text = 'Khác' WHERE id = %s",
        "UPDATE mailboxes_letterrecipient SET received_at = now() WHERE letter_id = %s",
        "DELETE FROM mailboxes_letterrecipient WHERE letter_id = %s",
    )
    for by, change in product((house.drafter, other.drafter), changes):
        with (
            behind_the_wall(by),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change, [letter.id])


def test_the_agencys_mailbox_is_its_clerks_and_leaders(house: House, at: datetime) -> None:
    office = Mailbox.objects.get(agency=house.agency, person=None)
    letter = send(house.clerk, office, box_of(house.head, at).address, at)
    assert letter.from_name == "Sở Nội vụ"
    for by in (house.drafter, house.head):
        with pytest.raises(Refusal, match="E001"):
            start_draft(mailbox_id=office.id, by=by, at=at)


def test_reply_reply_all_and_forward(house: House, other: House, at: datetime) -> None:
    mine, theirs = box_of(house.drafter, at), box_of(other.drafter, at)
    third = box_of(house.head, at)
    letter = send(house.drafter, mine, theirs.address, at, copies=third.address)
    item = item_in(theirs, letter)
    reply = answer_letter(item_id=item.id, how=REPLY, by=other.drafter, at=at)
    assert (reply.to, reply.copies, reply.subject) == (mine.address, "", "Re: Mời họp")
    assert "> Kính mời đồng chí dự họp." in reply.text and "Nguyễn Văn An" in reply.text
    to_all = answer_letter(item_id=item.id, how=REPLY_ALL, by=other.drafter, at=at)
    assert (to_all.to, to_all.copies) == (mine.address, third.address)
    answer = send_letter(draft_id=reply.id, by=other.drafter, at=at + timedelta(minutes=5))
    assert answer.thread == letter.thread
    back = item_in(mine, answer)
    whole = conversation(back)
    assert [one.item.is_sent for one in whole.letters] == [True, False]
    passed_on = answer_letter(item_id=back.id, how=FORWARD, by=house.drafter, at=at)
    assert passed_on.to == "" and passed_on.subject == "Fwd: Re: Mời họp"
    assert "Thư được chuyển tiếp" in passed_on.text


def test_files_pass_the_gate_and_go_with_the_letter(
    house: House, other: House, at: datetime
) -> None:
    mine, theirs = box_of(house.drafter, at), box_of(other.drafter, at)
    by = house.drafter
    draft = start_draft(mailbox_id=mine.id, by=by, at=at)
    with pytest.raises(Refusal, match=r"kit\.E033"):
        attach_to_draft(draft_id=draft.id, content=b"MZ program", name="a.exe", by=by, at=at)
    first = attach_to_draft(draft_id=draft.id, content=small_pdf(), name="a.pdf", by=by, at=at)
    again = attach_to_draft(draft_id=draft.id, content=small_pdf(), name="b.pdf", by=by, at=at)
    assert first.id == again.id
    save_draft(
        draft_id=draft.id, typed=Typed(theirs.address, "", "Tài liệu", "Gửi kèm."), by=by, at=at
    )
    letter = send_letter(draft_id=draft.id, by=by, at=at)
    assert [one.name for one in letter.files.all()] == ["a.pdf"]
    item = item_in(theirs, letter)
    assert item.has_files and conversation(item).letters[0].files[0].name == "a.pdf"
    forward = answer_letter(item_id=item.id, how=FORWARD, by=other.drafter, at=at)
    (taken,) = forward.files.all()
    detach_from_draft(draft_id=forward.id, file_id=taken.id, by=other.drafter, at=at)
    assert not forward.files.exists()
    discard_draft(draft_id=forward.id, by=other.drafter, at=at)
    with pytest.raises(Refusal, match="E003"):
        discard_draft(draft_id=forward.id, by=other.drafter, at=at)


@pytest.mark.clause("QC.4.1")
@pytest.mark.parametrize(
    ("subject", "text"), [("TỐI MẬT", "Nội dung."), ("Báo cáo", "Kính gửi\nTUYỆT MẬT\nX")]
)
def test_a_state_secret_is_refused_before_anything_is_kept(
    house: House, at: datetime, subject: str, text: str
) -> None:
    mine = box_of(house.drafter, at)
    draft = start_draft(mailbox_id=mine.id, by=house.drafter, at=at)
    typed = Typed("snv@phuyen.gov.vn", "", subject, text)
    with pytest.raises(Refusal, match=r"kit\.E040"):
        save_draft(draft_id=draft.id, typed=typed, by=house.drafter, at=at)
    kept = MailDraft.objects.get()
    assert (kept.subject, kept.version) == ("", 1)
    assert not Incident.objects.exists()  # told after the roll-back, by the edge of the request


def test_two_windows_do_not_overwrite_one_another(house: House, at: datetime) -> None:
    mine, by = box_of(house.drafter, at), house.drafter
    draft = start_draft(mailbox_id=mine.id, by=by, at=at)
    saved = save_draft(draft_id=draft.id, typed=Typed(subject="Một", version=1), by=by, at=at)
    assert saved.version == 2
    with pytest.raises(Refusal, match="E004"):
        save_draft(draft_id=draft.id, typed=Typed(subject="Hai", version=1), by=by, at=at)
    save_draft(draft_id=draft.id, typed=Typed(subject="Hai", version=2), by=by, at=at)


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("", "E005"),
        ("không phải địa chỉ", "E006"),
        (", ".join(f"a{n}@b.vn" for n in range(51)), "E009"),
        ("a@b", "E006"),
    ],
)
def test_a_letter_needs_addresses_that_are_addresses(
    house: House, at: datetime, to: str, code: str
) -> None:
    with pytest.raises(Refusal, match=f"mailboxes.{code}"):
        send(house.drafter, box_of(house.drafter, at), to, at)
    assert not Letter.objects.exists()


def test_an_empty_letter_is_not_sent_and_a_name_of_the_book_is_an_address(
    house: House, at: datetime
) -> None:
    mine = box_of(house.drafter, at)
    with pytest.raises(Refusal, match="E007"):
        send(house.drafter, mine, "snv@phuyen.gov.vn", at, subject="", text=" ")
    letter = send(house.drafter, mine, "so noi vu", at)
    assert letter.recipients.get().address == "snv@phuyen.gov.vn"


def test_the_address_book_is_found_without_diacritics(
    house: House, other: House, at: datetime
) -> None:
    assert found_addresses("so y te")[0].name == "Sở Y tế"
    names = {one.name for one in found_addresses("minh chau")}
    assert names == {"Đỗ Minh Châu"}
    assert {one.title for one in found_addresses("vo thi thu syt")} == set()
    assert len(found_addresses("Võ Thị Thư Y tế")) == 1
    assert found_addresses(" ") == []


def test_a_second_mailbox_of_a_person_or_a_taken_address_is_refused(
    house: House, at: datetime
) -> None:
    with pytest.raises(Refusal, match="E024"):
        office_box(house, at)
    with pytest.raises(Refusal, match="E025"):
        from congvu.mailboxes.open_mailbox import open_mailbox

        open_mailbox(
            agency_id=house.agency.id,
            person_id=house.drafter.person_id,
            address="khac@phuyen.gov.vn",
            by=None,
            at=at,
        )
