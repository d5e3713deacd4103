"""An issued document carries number and seal, and from then on nothing changes (ND30 17, 18, 32)."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta

import pikepdf
import pypdfium2
import pytest
from django.db import connection, transaction

from cast import House
from congvu.audit.models import Entry
from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.attach import attach_file
from congvu.documents.drafting.set_recipients import set_recipients
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.events import DocumentIssued
from congvu.documents.models import Attachment, Issue, Signing
from congvu.documents.outgoing import issue as issue_file
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.states import DocumentState
from congvu.documents.types import RecipientChoice
from congvu.kit import blobs, search, wall
from congvu.orgs.models import Agency
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from congvu.systems.models import ApprovedSystem
from paperwork import approved, drafted, fresh, issued, numbered, refused, submitted

pytestmark = pytest.mark.django_db


def words_of(pdf: bytes) -> str:
    opened = pypdfium2.PdfDocument(pdf)
    return opened[0].get_textpage().get_text_bounded()


@pytest.mark.clause("QC.5.1", "QC.7.1", "ND30.5", "ND30.17.2", "ND30.32.2.d")
def test_the_issued_file_is_signed_by_person_and_agency_in_this_order(
    house: House, committee: House, at: datetime, published: list[object]
) -> None:
    document = issued(committee, at, to=[house])
    found = verify_pdf(blobs.read(document.issued_file), at=at)
    assert found.state == FileState.INTACT
    assert found.has_both_valid
    assert [row.part for row in Signing.objects.filter(document=document)] == [
        "person",
        "number",
        "seal",
    ]
    before = blobs.read(document.base_file)
    assert blobs.read(document.issued_file).startswith(before)
    assert document.state == DocumentState.ISSUED
    assert published[-1] == DocumentIssued(document_id=document.id, at=at)


@pytest.mark.clause("ND30.15.3")
def test_number_and_date_stand_on_the_page(house: House, committee: House, at: datetime) -> None:
    document = issued(committee, at, to=[house])
    with pikepdf.open(io.BytesIO(blobs.read(document.issued_file))) as pdf:
        signed = [field.V for field in pdf.Root.AcroForm.Fields if "/V" in field]
        reasons = [str(one.Reason) for one in signed if "/Reason" in one]  # a stamp has none
    assert "Số: 01/QĐ-UBND; Phú Yên, ngày 14 tháng 02 năm 2022" in reasons
    assert "TM. ỦY BAN NHÂN DÂN" in words_of(blobs.read(document.issued_file))


@pytest.mark.clause("QC.11.4")
def test_no_paper_follows_to_agencies_of_the_province(
    house: House, committee: House, at: datetime
) -> None:
    document = numbered(committee, at, to=[house])
    set_recipients(
        document_id=document.id,
        recipients=[RecipientChoice(house.agency.id), RecipientChoice(name="Ông Nguyễn Văn B")],
        by=committee.clerk,
        at=at,
    )
    issue = issue_document(document_id=document.id, by=committee.clerk, at=at)
    assert issue.paper_finding["province_agency"]["value"] is False
    assert issue.paper_finding["province_agency"]["clause"] == "QC.11.4"
    assert issue.paper_finding["other_agency"]["value"] is True
    assert issue.recipient_count == 2


@pytest.mark.clause("ND30.18.1")
@pytest.mark.parametrize(("days", "is_late"), [(0, False), (1, False), (3, True)])
def test_a_late_issue_is_issued_and_its_lateness_kept(
    house: House, committee: House, at: datetime, days: int, is_late: bool
) -> None:
    document = numbered(committee, at, to=[house])
    issue = issue_document(
        document_id=document.id, by=committee.clerk, at=at + timedelta(days=days)
    )
    assert issue.deadline_finding["is_late"] is is_late
    assert issue.deadline_finding["calendar_version"].startswith("lich-")


@pytest.mark.clause("QC.11.3", "QC.4.2")
def test_nothing_leaves_through_a_system_that_is_not_approved(
    house: House, committee: House, at: datetime
) -> None:
    document = numbered(committee, at, to=[house])
    ApprovedSystem.objects.filter(channel="congvu").update(valid_to=at.date() - timedelta(days=1))
    with refused("systems.E001") as said:
        issue_document(document_id=document.id, by=committee.clerk, at=at)
    assert said.value.clause == "QC.11.3"
    assert fresh(document).state == DocumentState.NUMBERED


def test_without_recipients_nothing_is_issued(committee: House, at: datetime) -> None:
    document = numbered(committee, at)
    with refused("documents.E210"):
        issue_document(document_id=document.id, by=committee.clerk, at=at)


def test_a_recipient_that_ended_meanwhile_stops_the_issue(
    house: House, committee: House, at: datetime
) -> None:
    document = numbered(committee, at, to=[house])
    Agency.objects.filter(id=house.agency.id).update(valid_to=at.date() - timedelta(days=1))
    with refused("documents.E111"):
        issue_document(document_id=document.id, by=committee.clerk, at=at)


def test_a_double_click_issues_once(
    house: House, committee: House, at: datetime, published: list[object]
) -> None:
    document = issued(committee, at, to=[house])
    with refused("documents.E212"):
        issue_document(document_id=document.id, by=committee.clerk, at=at)
    assert Issue.objects.count() == 1
    assert [type(event) for event in published].count(DocumentIssued) == 1


def test_an_issue_that_broke_off_leaves_nothing_and_is_done_again_whole(
    house: House, committee: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = numbered(committee, at, to=[house])

    def breaks(*_: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch, pytest.raises(SystemExit), transaction.atomic():
        patch.setattr(issue_file, "_enter_search", breaks)
        issue_document(document_id=document.id, by=committee.clerk, at=at)
    assert fresh(document).state == DocumentState.NUMBERED
    assert Signing.objects.filter(document=document).count() == 1
    issue_document(document_id=document.id, by=committee.clerk, at=at)
    assert verify_pdf(blobs.read(fresh(document).issued_file), at=at).has_both_valid


@pytest.mark.clause("ND30.PL1.I.II.8.b")
def test_an_appendix_of_its_own_is_signed_by_the_agency(
    house: House, committee: House, at: datetime
) -> None:
    document = drafted(committee, at, to=[house])
    with io.BytesIO() as out:
        made = pikepdf.new()
        made.add_blank_page(page_size=(842, 595))
        made.save(out)
        plain = out.getvalue()
    attach_file(
        document_id=document.id, content=plain, name="Danh sách.pdf", by=committee.drafter, at=at
    )
    submit_draft(document_id=document.id, base_ordinal=1, by=committee.drafter, at=at)
    for reviewer in (committee.head, committee.clerk):
        approve_draft(document_id=document.id, by=reviewer, at=at)
    document = fresh(document)
    sign_document(
        document_id=document.id, seen_sha256=document.base_file, by=committee.leader, at=at
    )
    number_document(document_id=document.id, by=committee.clerk, at=at)
    issue_document(document_id=document.id, by=committee.clerk, at=at)
    kept, sent = Attachment.objects.filter(document=document).order_by("id")
    assert (kept.removed_at, blobs.read(kept.sha256)) == (at, plain)
    assert (sent.removed_at, sent.name) == (None, "Danh sách.pdf")
    assert verify_pdf(blobs.read(sent.sha256), at=at).signatures[0].holder_id == committee.agency.id


def test_the_issued_document_is_found_by_its_own_agency_only(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(committee, at, to=[house])
    words = search.parse("ra soat quy trinh")
    table = "documents_searchentry"
    with transaction.atomic():
        assert search.find(table, agency_id=committee.agency.id, query=words) == [document.id]
        assert search.find(table, agency_id=house.agency.id, query=words) == []


@pytest.mark.clause("ND30.18.3")
def test_the_issue_of_a_replacement_marks_what_it_replaces(
    house: House, committee: House, at: datetime
) -> None:
    older = issued(committee, at, to=[house])
    newer = issued(committee, at, to=[house], replaces_document_id=older.id)
    assert fresh(older).state == DocumentState.REPLACED
    assert newer.replaces == older


@pytest.mark.clause("S.13")
def test_every_act_on_the_way_stands_in_the_audit_log(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(committee, at, to=[house])
    kinds = list(
        Entry.objects.filter(object_kind="document", object_id=document.id)
        .order_by("id")
        .values_list("kind", flat=True)
    )
    assert kinds == [
        "documents.drafting.started",
        "documents.drafting.submitted",
        "documents.drafting.approved",
        "documents.drafting.approved",
        "documents.outgoing.signed",
        "documents.outgoing.numbered",
        "documents.outgoing.issued",
    ]
    details = json.loads(Entry.objects.get(kind="documents.outgoing.issued").details)
    assert details["symbol"] == "01/QĐ-UBND"


@pytest.mark.clause("S.04")
def test_the_whole_way_is_walked_behind_the_wall_of_row_security(
    house: House, committee: House, at: datetime
) -> None:
    with transaction.atomic():
        wall.enter_agency(committee.agency.id)
        document = issued(committee, at, to=[house])
        assert fresh(document).symbol == "01/QĐ-UBND"
    with transaction.atomic(), connection.cursor() as cursor:
        wall.enter_agency(house.agency.id)
        cursor.execute("SELECT count(*) FROM documents_document")
        assert cursor.fetchone() == (0,)  # it has not arrived yet
        cursor.execute("SELECT set_config('role', 'none', true)")


def test_recipients_are_the_drafters_choice_then_the_clerks(
    house: House, committee: House, at: datetime
) -> None:
    choice = [RecipientChoice(house.agency.id)]
    document = submitted(committee, at)
    with refused("documents.E003"):
        set_recipients(document_id=document.id, recipients=choice, by=committee.drafter, at=at)
    with refused("documents.E104"):
        set_recipients(document_id=document.id, recipients=choice, by=committee.leader, at=at)
    set_recipients(document_id=document.id, recipients=choice, by=committee.clerk, at=at)
    done = issued(committee, at, to=[house])
    with refused("documents.E003"):
        set_recipients(document_id=done.id, recipients=[], by=committee.clerk, at=at)
    assert approved(committee, at, to=[house]).recipients.count() == 1
