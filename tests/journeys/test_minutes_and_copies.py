"""A meeting has its minutes, two people sign them; what came is stamped; copies go where asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cast import House
from congvu.documents.copies.ask_copy import Wanted, ask_for_copy
from congvu.documents.copies.competence import let_decide_on_copies
from congvu.documents.copies.decide_copy import decide_on_copy
from congvu.documents.copies.make_copy import make_copy
from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.revise import revise_draft
from congvu.documents.drafting.send_back import send_back_draft
from congvu.documents.drafting.start import start_draft
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.incoming.register import register_arrival
from congvu.documents.incoming.stamp_arrival import stamp_arrival
from congvu.documents.models import Document, Signing
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.queries import copies as copy_queries
from congvu.documents.types import CoSignerChoice, DraftContent, Minutes, RecipientChoice
from congvu.kit import blobs
from congvu.orgs.types import Actor
from congvu.signing.verify import verify_pdf
from congvu.web.desk.my_work import work_of
from letters import arrival_at, behind_the_wall, ring
from paperwork import content, fresh

pytestmark = pytest.mark.django_db
SAID = "1. Phòng TH báo cáo.\n2. Chủ tọa kết luận: rà soát xong trước 28/02/2022."
HELD = Minutes(
    began="08 giờ 00, ngày 14 tháng 02 năm 2022",
    place="Phòng họp số 2",
    attended=("Lãnh đạo Sở", "Trưởng các phòng", "Đại diện UBND tỉnh"),
    ended="08 giờ 45, ngày 14 tháng 02 năm 2022",
)


def waits(who: Actor, at: datetime) -> set[str]:
    """What stands in this person's list of work."""
    with behind_the_wall(who):
        return {one.reason for one in work_of(who, at)}


def signed_by(document: Document, who: Actor, at: datetime) -> Signing:
    with behind_the_wall(who):
        seen = fresh(document).file
        return sign_document(document_id=document.id, seen_sha256=seen, by=who, at=at)


@pytest.mark.clause("ND30.13", "ND30.PL3", "ND30.22", "ND30.25", "ND30.27")
def test_the_minutes_of_a_meeting_and_what_became_of_them(
    committee: House, department: House, at: datetime
) -> None:
    minutes = _written(department, committee, at)
    _checked(minutes, department, at, version=1)
    _the_chair_finds_a_fault(minutes, department, at + timedelta(minutes=5))
    _checked(minutes, department, at + timedelta(minutes=20), version=2)
    _signed_in_turn(minutes, department, at + timedelta(minutes=30))
    minutes = _issued(minutes, department, at + timedelta(minutes=40))
    ring(at + timedelta(minutes=40))

    _arrives_and_is_stamped(minutes, committee, at + timedelta(minutes=50))
    _an_extract_is_asked_for(minutes, department, at + timedelta(minutes=60))


def _written(house: House, guest: House, at: datetime) -> Document:
    """The drafter was the secretary of the meeting and names the leader as its chair."""
    with behind_the_wall(house.drafter):
        return start_draft(
            type_code="bien-ban",
            subject="Họp đánh giá việc thực hiện Quy chế",
            content=_text(SAID),
            signer_posting_id=house.leader.posting_id,
            co_signers=[CoSignerChoice(house.drafter.posting_id or 0)],
            recipients=[RecipientChoice(guest.agency.id)],
            by=house.drafter,
            at=at,
        )


def _text(said: str) -> DraftContent:
    return replace(content(said), minutes=HELD)


def _checked(minutes: Document, house: House, at: datetime, *, version: int) -> None:
    """The head answers for the content, the clerk for the form: then the secretary is asked."""
    with behind_the_wall(house.drafter):
        submit_draft(document_id=minutes.id, base_ordinal=version, by=house.drafter, at=at)
    for reviewer in (house.head, house.clerk):
        with behind_the_wall(reviewer):
            approve_draft(document_id=minutes.id, by=reviewer, at=at)
    assert "Chờ Ông/Bà ký" in waits(house.drafter, at)
    assert "Chờ Ông/Bà ký" not in waits(house.leader, at)


def _the_chair_finds_a_fault(minutes: Document, house: House, at: datetime) -> None:
    """The secretary has signed; the chair sends it back: that signature no longer counts."""
    first = signed_by(minutes, house.drafter, at)
    assert "Chờ Ông/Bà ký" in waits(house.leader, at)
    with behind_the_wall(house.leader):
        send_back_draft(
            document_id=minutes.id,
            reason="Kết luận phải ghi rõ đơn vị thực hiện.",
            by=house.leader,
            at=at,
        )
    assert "Bị trả lại" in waits(house.drafter, at)
    kept = Signing.objects.get(id=first.id)
    assert (kept.voided_at, fresh(minutes).file) == (at, "")
    assert blobs.read(kept.file_after).startswith(b"%PDF")
    with behind_the_wall(house.drafter):
        text = _text(f"{SAID}\n3. Phòng TH thực hiện.")
        revise_draft(document_id=minutes.id, base_ordinal=1, content=text, by=house.drafter, at=at)


def _signed_in_turn(minutes: Document, house: House, at: datetime) -> None:
    """Each signs what was shown: the chair signs the file that the secretary left."""
    secretary = signed_by(minutes, house.drafter, at)
    chair = signed_by(minutes, house.leader, at + timedelta(minutes=1))
    assert (secretary.authority, chair.authority) == ("THƯ KÝ", "CHỦ TỌA")
    assert chair.file_before == secretary.file_after
    assert "Chờ cấp số" in waits(house.clerk, at)


def _issued(minutes: Document, house: House, at: datetime) -> Document:
    with behind_the_wall(house.clerk):
        number_document(document_id=minutes.id, by=house.clerk, at=at)
        issue_document(document_id=minutes.id, by=house.clerk, at=at)
    minutes = fresh(minutes)
    report = verify_pdf(blobs.read(minutes.issued_file), at=at)
    assert minutes.symbol == "01/BB-SNV"
    signed = [one for one in report.signatures if not one.is_time_stamp]
    assert (len(signed), report.has_both_valid) == (4, True)
    return minutes


def _arrives_and_is_stamped(minutes: Document, guest: House, at: datetime) -> None:
    """The guest's clerk registers and stamps: the archived copy is new, the original as it came."""
    with behind_the_wall(guest.clerk):
        arrival = arrival_at(minutes, guest)
        register_arrival(arrival_id=arrival.id, by=guest.clerk, at=at)
        stamp = stamp_arrival(arrival_id=arrival.id, by=guest.clerk, at=at, handed_to="VP")
    assert stamp.original_file == minutes.issued_file
    assert blobs.read(stamp.file).startswith(blobs.read(minutes.issued_file))
    report = verify_pdf(blobs.read(stamp.file), at=at)
    signed = [one for one in report.signatures if not one.is_time_stamp]
    assert (len(signed), report.has_both_valid) == (5, True)


def _an_extract_is_asked_for(minutes: Document, house: House, at: datetime) -> None:
    """Whom the head lets decide decides; the clerk makes it; everybody sees it beside the minutes."""
    with behind_the_wall(house.leader):
        let_decide_on_copies(
            posting_id=house.head.posting_id or 0,
            basis="Điều 12 Quy chế công tác văn thư",
            valid_from=at.date(),
            by=house.leader,
            at=at,
        )
    with behind_the_wall(house.drafter):
        wanted = Wanted(
            "TrS",
            "electronic",
            "electronic",
            "Gửi Thanh tra tỉnh",
            pages="1",
            extracted="Kết luận của chủ tọa",
        )
        asked = ask_for_copy(document_id=minutes.id, wanted=wanted, by=house.drafter, at=at)
    assert "Chờ quyết định sao" in waits(house.head, at)
    with behind_the_wall(house.head):
        decide_on_copy(copy_id=asked.id, is_allowed=True, by=house.head, at=at)
    assert "Chờ sao" in waits(house.clerk, at)
    with behind_the_wall(house.clerk):
        made = make_copy(copy_id=asked.id, by=house.clerk, at=at)
    assert (made.symbol, made.basis) == ("01/TrS-SNV", "Điều 12 Quy chế công tác văn thư")
    with behind_the_wall(house.drafter):
        (seen,) = copy_queries.copies_of_document(house.drafter, minutes.id)
        (line,) = copy_queries.copy_register(house.clerk, made.book_id or 0, at.date(), at.date())
    assert (seen.state_label, line.symbol) == ("Đã sao", "01/TrS-SNV")
    assert fresh(minutes).issued_file == made.original_file, "the minutes stay as they were issued"
