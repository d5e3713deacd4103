"""An official starts a draft (ND30 Điều 10.2)."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta

import pytest

from cast import House, make_agency
from congvu.audit.models import Entry
from congvu.documents import access
from congvu.documents.drafting.start import start_draft
from congvu.documents.incoming.receive import Incoming, receive_from_exchange
from congvu.documents.models import Document, Reader
from congvu.documents.states import DocumentState
from congvu.documents.types import RecipientChoice, draft_of_text
from congvu.kit.refusal import Refusal
from congvu.orgs.models import Succession
from congvu.orgs.types import SYSTEM_ADMIN
from paperwork import SUBJECT, content, drafted, issued, refused

pytestmark = pytest.mark.django_db


@pytest.mark.clause("ND30.10", "ND30.10.2", "QC.5.1")
def test_a_draft_begins_with_its_first_version_and_its_drafter(
    house: House, committee: House, at: datetime
) -> None:
    document = drafted(house, at, to=[committee])
    assert document.state == DocumentState.DRAFTING
    assert document.drafter_id == house.drafter.posting_id
    assert document.drafting_unit_id == house.unit.id
    assert [version.ordinal for version in document.versions.all()] == [1]
    assert document.recipients.get().to_agency == committee.agency
    assert Entry.objects.filter(kind="documents.drafting.started", object_id=document.id).exists()


@pytest.mark.clause("QC.4.3")
def test_only_those_who_take_part_see_a_draft(house: House, committee: House, at: datetime) -> None:
    document = drafted(house, at)
    for actor in (house.drafter, house.head, house.clerk, house.leader):
        assert access.document_for(actor, document.id, to="read") == document
    for stranger in (house.colleague, committee.leader, committee.clerk):
        with refused("documents.E001"):
            access.document_for(stranger, document.id, to="read")


def test_text_is_stored_composed_and_without_hidden_letters(house: House, at: datetime) -> None:
    typed = unicodedata.normalize("NFD", "Về việc\u200b nuôi  tôm hùm\x07\u202e lồng")
    document = drafted(house, at, subject=typed)
    assert document.subject == "Về việc nuôi tôm hùm lồng"


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("", "documents.E101"),
        (" \t\u200b ", "documents.E101"),
        ("x" * 5000, "documents.E102"),
        ("Q®Þnh vÒ viÖc göi v¨n b¶n ®iÖn tö", "kit.E021"),
        ("[MẬT] Kế hoạch phòng thủ", "documents.E107"),
    ],
)
def test_a_bad_subject_is_refused_and_nothing_is_stored(
    house: House, at: datetime, subject: str, code: str
) -> None:
    with refused(code):
        drafted(house, at, subject=subject)
    assert not Document.objects.exists()
    assert not Reader.objects.exists()


@pytest.mark.clause("QC.4.1")
def test_a_state_secret_never_enters(house: House, at: datetime) -> None:
    with refused("documents.E107") as said:
        drafted(house, at, content=draft_of_text("TỐI MẬT\nNội dung."))
    assert said.value.clause == "QC.4.1"
    assert not Document.objects.exists()


@pytest.mark.clause("QC.4.1")
def test_a_doubtful_word_asks_the_drafter_who_answers_for_it(house: House, at: datetime) -> None:
    doubtful = draft_of_text("Điều 1. Không gửi tài liệu tối mật qua hệ thống.")
    subject = "Quy định về tài liệu tối mật"
    with refused("documents.E108"):
        drafted(house, at, subject=subject, content=doubtful)
    drafted(house, at, subject=subject, content=doubtful, is_declared_open=True)
    entry = Entry.objects.get(kind="documents.drafting.started")
    assert '"declared_open": true' in entry.details


@pytest.mark.clause("ND30.7")
@pytest.mark.parametrize(
    ("type_code", "code"),
    [("sac-lenh", "documents.E103"), ("sao-y", "documents.E103"), ("hop-dong", "documents.E601")],
)
def test_a_type_must_exist_and_have_a_form(
    house: House, at: datetime, type_code: str, code: str
) -> None:
    with refused(code):
        drafted(house, at, type_code=type_code)


def test_a_legal_normative_decision_is_a_type_of_its_own(committee: House, at: datetime) -> None:
    document = drafted(committee, at, type_code="quyet-dinh-qppl", in_force_on=date(2022, 2, 28))
    assert document.is_legal_normative
    assert document.in_force_on == date(2022, 2, 28)


def test_a_document_cannot_be_in_force_before_it_exists(house: House, at: datetime) -> None:
    with refused("documents.E129"):
        drafted(house, at, in_force_on=date(2022, 2, 1))


@pytest.mark.clause("ND30.13")
def test_the_chosen_signer_must_have_the_right_to_sign(
    house: House, committee: House, at: datetime
) -> None:
    for posting_id in (house.drafter.posting_id, committee.leader.posting_id):
        with refused("documents.E109"):
            drafted(house, at, signer_posting_id=posting_id)


def test_a_recipient_that_no_longer_exists_is_named_with_its_successor(
    house: House, at: datetime
) -> None:
    old = make_agency("Sở Ngoại vụ", symbol="SNgV", valid_to=date(2021, 12, 31))
    new = make_agency("Sở Hợp tác quốc tế", symbol="SHT", valid_from=date(2022, 1, 1))
    Succession.objects.create(
        predecessor=old, successor=new, on=date(2022, 1, 1), basis="Nghị quyết thử"
    )
    with refused("documents.E111") as said:
        start_draft(
            type_code="quyet-dinh",
            subject=SUBJECT,
            content=content(),
            by=house.drafter,
            at=at,
            recipients=[RecipientChoice(old.id)],
        )
    assert "Sở Hợp tác quốc tế" in said.value.say


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (RecipientChoice(name="  "), "documents.E112"),
        (RecipientChoice(name="x" * 251), "documents.E112"),
        (RecipientChoice(to_agency_id=10**9), "documents.E112"),
    ],
)
def test_a_recipient_needs_a_name(
    house: House, at: datetime, choice: RecipientChoice, code: str
) -> None:
    with refused(code):
        start_draft(
            type_code="quyet-dinh",
            subject=SUBJECT,
            content=content(),
            by=house.drafter,
            at=at,
            recipients=[choice],
        )


def test_a_recipient_named_twice_is_one_and_we_are_none(
    house: House, committee: House, at: datetime
) -> None:
    document = drafted(house, at, to=[committee, committee])
    assert document.recipients.count() == 1
    with refused("documents.E113"):
        drafted(house, at, to=[house])


def test_who_manages_the_system_drafts_nothing(house: House, at: datetime) -> None:
    administrator = house.colleague.__class__(
        **{**vars(house.colleague), "roles": frozenset({SYSTEM_ADMIN})}
    )
    with refused("documents.E002"):
        drafted(house, at, by=administrator)


@pytest.mark.clause("ND30.18.3")
def test_only_an_issued_document_of_ours_can_be_replaced(
    house: House, committee: House, at: datetime
) -> None:
    draft = drafted(house, at)
    with refused("documents.E131"):
        drafted(house, at, by=house.clerk, replaces_document_id=draft.id)
    older = issued(house, at, to=[committee])
    newer = drafted(house, at + timedelta(hours=1), replaces_document_id=older.id)
    assert newer.replaces == older


def test_a_refusal_says_what_to_do_in_vietnamese(house: House, at: datetime) -> None:
    with pytest.raises(Refusal) as said:
        drafted(house, at, subject="x" * 5000)
    assert "5000" in said.value.say and "500" in said.value.say and "Hãy" in said.value.say


def test_an_unknown_urgency_is_refused(house: House, at: datetime) -> None:
    with refused("documents.E130"):
        drafted(house, at, urgency=9)


def test_a_draft_answers_an_arrival_that_its_drafter_may_see(
    house: House, committee: House, at: datetime
) -> None:
    asked = issued(committee, at, to=[house])
    (received,) = receive_from_exchange(
        document_id=asked.id,
        sender_name=committee.agency.name,
        urgency=0,
        sent_at=at,
        entered_at=at,
        incoming=[Incoming(house.agency.id)],
    )
    with refused("documents.E001"):
        drafted(house, at, reply_to_arrival_id=received.arrival_id)
    answer = drafted(house, at, by=house.clerk, reply_to_arrival_id=received.arrival_id)
    assert answer.reply_to == asked
