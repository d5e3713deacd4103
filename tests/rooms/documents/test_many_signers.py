"""Several people sign one document: minutes with secretary and chair, approvers in their order."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from cast import House
from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.choose_co_signers import checked_co_signers
from congvu.documents.drafting.revise import revise_draft
from congvu.documents.drafting.send_back import send_back_draft, take_back_draft
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.models import CoSigner, Document, Reader, Signing, Submission
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.types import CoSignerChoice, DraftContent, Minutes
from congvu.kit import blobs
from congvu.orgs.models import Posting
from congvu.orgs.types import Actor
from congvu.rules.document_types import document_type
from congvu.rules.legal_effect import Verdict
from congvu.signing import queries as signing
from congvu.signing.types import FieldName, FileState, HolderKind
from congvu.signing.verify import verify_pdf
from letters import behind_the_wall
from paperwork import content, drafted, fresh, refused, submitted
from rooms.documents.test_outside_tools_agree import outside

pytestmark = pytest.mark.django_db
REASON = "Số liệu ở điểm 2 chưa khớp báo cáo của phòng."
MINUTES = Minutes(
    began="08 giờ 00, ngày 14 tháng 02 năm 2022",
    place="Phòng họp số 2",
    attended=("Lãnh đạo Sở", "Trưởng các phòng"),
    ended="11 giờ 15, ngày 14 tháng 02 năm 2022",
)


def written() -> DraftContent:
    return replace(content("1. Bà Đào báo cáo.\n2. Chủ tọa kết luận."), minutes=MINUTES)


def minutes_by(house: House, at: datetime, stage: object = submitted, **more: object) -> Document:
    """Minutes at a stage; the drafter is the secretary, the leader the chair."""
    beside = [CoSignerChoice(house.drafter.posting_id or 0)]
    return stage(
        house,
        at,
        type_code="bien-ban",
        subject="Họp đánh giá ba tháng thực hiện Quy chế",
        content=written(),
        co_signers=more.pop("co_signers", beside),
        **more,
    )


def waiting(house: House, at: datetime, document: Document) -> Document:
    for reviewer in (house.head, house.clerk):
        approve_draft(document_id=document.id, by=reviewer, at=at)
    return fresh(document)


def by_two(house: House, at: datetime, **more: object) -> Document:
    """A notice that the unit's head and the deputy sign before the leader; nobody has signed."""
    beside = [
        CoSignerChoice(house.head.posting_id or 0, "Trưởng phòng Tổng hợp"),
        CoSignerChoice(house.deputy.posting_id or 0),
    ]
    document = submitted(house, at, type_code="thong-bao", co_signers=beside, **more)
    return waiting(house, at, document)


def sign(document: Document, by: Actor, at: datetime) -> Signing:
    """Sign the file that is shown now, as the page does."""
    return sign_document(document_id=document.id, seen_sha256=fresh(document).file, by=by, at=at)


def asked(document: Document) -> list[int]:
    waits = Submission.objects.filter(document=document, closed_at=None)
    return [one.to_id for one in waits]


@pytest.mark.clause("ND30.13", "ND30.32.2.d", "ND30.PL3")
def test_secretary_then_chair_then_number_then_seal(
    house: House, committee: House, at: datetime, tmp_path: Path
) -> None:
    document = waiting(house, at, minutes_by(house, at, to=[committee]))
    assert asked(document) == [house.drafter.posting_id]
    with behind_the_wall(house.drafter):
        first = sign(document, house.drafter, at)
    document = fresh(document)
    assert (document.state, document.signed_file) == ("approved", first.file_after)
    assert asked(document) == [house.leader.posting_id]

    with behind_the_wall(house.leader):
        second = sign(document, house.leader, at + timedelta(minutes=5))
    assert second.file_before == first.file_after
    assert (first.authority, second.authority) == ("THƯ KÝ", "CHỦ TỌA")
    assert fresh(document).state == "signed"

    document = _issue(document, house, at + timedelta(minutes=10))
    report = verify_pdf(blobs.read(document.issued_file), at=at + timedelta(minutes=11))
    assert [one.field for one in report.signatures if not one.is_time_stamp] == [
        "ChuKyNguoiCoThamQuyen",
        "ChuKyNguoiCoThamQuyen2",
        FieldName.NUMBER,
        FieldName.SEAL,
    ]
    assert {one.verdict for one in report.signatures} == {Verdict.VALID}
    assert (report.state, report.has_both_valid) == (FileState.INTACT, True)
    assert report.for_law.agency_after_persons
    said = outside(blobs.read(document.issued_file), tmp_path, at + timedelta(minutes=11))
    assert len(said) == 5, "four signatures and a stamp over the file"
    assert all("successful" in one or "verification: ok" in one for one in said), said


def _issue(document: Document, house: House, at: datetime) -> Document:
    number_document(document_id=document.id, by=house.clerk, at=at)
    issue_document(document_id=document.id, by=house.clerk, at=at)
    return fresh(document)


@pytest.mark.clause("ND30.PL3", "ND30.PL1.I.II.8.a")
def test_minutes_show_no_line_with_the_date_and_the_seal_lies_over_the_chair(
    house: House, committee: House, at: datetime
) -> None:
    document = waiting(house, at, minutes_by(house, at, to=[committee]))
    for signer in (house.drafter, house.leader):
        sign(document, signer, at)
    file = blobs.read(_issue(document, house, at).issued_file)
    with pikepdf.open(io.BytesIO(file)) as pdf:
        boxes = {
            str(one.T): tuple(float(edge) for edge in one.Rect)
            for page in pdf.pages
            for one in page.get("/Annots", [])
        }
    secretary, chair = boxes["ChuKyNguoiCoThamQuyen"], boxes["ChuKyNguoiCoThamQuyen2"]
    seal = boxes["ChuKyCoQuan"]
    assert secretary[2] < 297.6 < chair[0], "secretary on the left, chair on the right"
    assert seal[0] < chair[0] < seal[2] < chair[2], "a third of the chair's image is covered"
    assert seal[0] > secretary[2], "and nothing of the secretary's"
    with pypdfium2.PdfDocument(file) as opened:
        text = opened[0].get_textpage().get_text_range()
    assert "Phú Yên, ngày" not in text
    assert "Thời gian bắt đầu: 08 giờ 00, ngày 14 tháng 02 năm 2022" in text
    assert "Thư ký (người ghi biên bản): Nguyễn Văn An" in text
    assert "Cuộc họp kết thúc vào 11 giờ 15, ngày 14 tháng 02 năm 2022./." in text
    strip = Signing.objects.get(document=document, part="number")
    assert signing.records_behind(strip.file_after)[0].words == "Số: 01/BB-SNV"


@pytest.mark.clause("ND30.13", "ND30.32.2.d")
def test_three_people_sign_in_their_order_each_what_was_shown(house: House, at: datetime) -> None:
    document = by_two(house, at)
    assert [one["lines"] for one in document.slots["co_signers"]] == [
        ["TRƯỞNG PHÒNG TỔNG HỢP"],
        ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"],
    ]
    for early in (house.deputy, house.leader):
        with refused("documents.E119"):
            sign(document, early, at)
    sign(document, house.head, at)
    with refused("documents.E201"):
        sign_document(
            document_id=document.id, seen_sha256=document.base_file, by=house.deputy, at=at
        )
    with refused("documents.E119"):
        sign(document, house.head, at)
    sign(document, house.deputy, at)
    sign(document, house.leader, at)
    document = fresh(document)
    assert document.state == "signed"
    report = verify_pdf(blobs.read(document.signed_file), at=at)
    assert [one.signer for one in report.signatures] == [
        house.head.full_name,
        house.deputy.full_name,
        house.leader.full_name,
    ]
    assert {one.holder_kind for one in report.signatures} == {HolderKind.PERSON}
    assert report.person_is_valid and not report.agency_is_valid


@pytest.mark.clause("ND30.11", "ND30.12")
def test_one_refuses_everything_signed_is_void_and_kept(
    house: House, at: datetime, published: list[object]
) -> None:
    document = by_two(house, at)
    first = sign(document, house.head, at)
    with refused("documents.E823"):
        take_back_draft(document_id=document.id, reason=REASON, by=house.drafter, at=at)
    later = at + timedelta(minutes=3)
    send_back_draft(document_id=document.id, reason=REASON, by=house.deputy, at=later)
    document = fresh(document)
    assert (document.state, document.file, document.slots) == ("sent_back", "", {})
    kept = Signing.objects.get(id=first.id)
    assert (kept.voided_at, kept.file_after) == (later, first.file_after)
    assert blobs.read(kept.file_after).startswith(b"%PDF"), "the file stays as the trail"
    assert not CoSigner.objects.filter(document=document).exclude(signing=None).exists()
    assert asked(document) == []
    assert type(published[-1]).__name__ == "DraftSentBack"

    _again(document, house, later)
    valid = Signing.objects.filter(document=document, voided_at=None)
    assert [one.by_id for one in valid] == [
        one.posting_id for one in (house.head, house.deputy, house.leader)
    ]
    assert fresh(document).state == "signed"


def _again(document: Document, house: House, at: datetime) -> None:
    revise_draft(
        document_id=document.id,
        base_ordinal=1,
        content=content("1. Đã sửa số liệu."),
        by=house.drafter,
        at=at,
    )
    submit_draft(document_id=document.id, base_ordinal=2, by=house.drafter, at=at)
    waiting(house, at, document)
    for signer in (house.head, house.deputy, house.leader):
        sign(document, signer, at)


def test_an_official_who_signs_may_also_refuse(house: House, at: datetime) -> None:
    document = waiting(house, at, minutes_by(house, at))
    with behind_the_wall(house.drafter):
        send_back_draft(document_id=document.id, reason=REASON, by=house.drafter, at=at)
    assert fresh(document).state == "sent_back"


@pytest.mark.clause("ND30.13")
def test_a_title_that_has_changed_is_not_signed_over(house: House, at: datetime) -> None:
    beside = [CoSignerChoice(house.head.posting_id or 0)]
    document = submitted(house, at, type_code="thong-bao", co_signers=beside)
    document = waiting(house, at, document)
    position = Posting.objects.get(id=house.head.posting_id).position
    position.title = "Quyền Trưởng phòng"
    position.save(update_fields=["title"])
    with refused("documents.E204"):
        sign(document, house.head, at)


def test_who_signs_reads_the_document(house: House, at: datetime) -> None:
    document = by_two(house, at)
    readers = Reader.objects.filter(document=document, posting_id=house.head.posting_id)
    assert readers.exists()


@pytest.mark.clause("ND30.PL3")
def test_minutes_without_a_secretary_are_not_submitted(house: House, at: datetime) -> None:
    document = minutes_by(house, at, drafted, co_signers=[])
    with refused("documents.E816"):
        submit_draft(document_id=document.id, base_ordinal=1, by=house.drafter, at=at)


@pytest.mark.clause("ND30.13")
@pytest.mark.parametrize(
    ("who", "label", "code"),
    [
        (("leader",), "", "documents.E818"),
        (("head", "head"), "", "documents.E818"),
        (("stranger",), "", "documents.E817"),
        (("head", "deputy", "drafter", "clerk", "colleague", "archivist"), "", "documents.E815"),
        (("head",), "A" * 121, "documents.E819"),
    ],
    ids=["the signer again", "twice", "another agency's", "too many", "too long a label"],
)
def test_who_may_not_sign_beside(
    house: House, committee: House, at: datetime, who: tuple[str, ...], label: str, code: str
) -> None:
    people = {"stranger": committee.head, **vars(house)}
    choices = [CoSignerChoice(people[one].posting_id or 0, label) for one in who]
    with refused(code):
        checked_co_signers(
            choices,
            kind=document_type("thong-bao"),
            signer_posting_id=house.leader.posting_id,
            agency_id=house.agency.id,
            at=at,
        )


def test_who_left_the_agency_signs_no_more(house: House, at: datetime) -> None:
    document = by_two(house, at)
    Posting.objects.filter(id=house.head.posting_id).update(valid_to=date(2022, 2, 13))
    with refused("documents.E817"):
        sign(document, house.head, at)
