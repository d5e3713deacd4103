"""A person with authority signs; then the clerk numbers and seals (NĐ 30 Điều 13, 32, 33)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from congvu.audit.models import Entry
from congvu.kit.refusal import Refusal
from congvu.kit.typeset import Slot
from congvu.orgs.models import Agency, Person, Position, Posting
from congvu.orgs.types import CLERK, LEADER, Actor
from congvu.rules.legal_effect import LegalValue, Verdict, value_of_document
from congvu.signing import queries
from congvu.signing.enrol import enrol_agency, enrol_person
from congvu.signing.examine import examine_pdf
from congvu.signing.found_authority import found_authority
from congvu.signing.models import Certificate, RevocationList, SignatureRecord, VerificationReport
from congvu.signing.number import number_as_agency
from congvu.signing.register_mark import register_mark
from congvu.signing.revoke import revoke_certificate
from congvu.signing.seal import COVERED_SHARE, seal_as_agency
from congvu.signing.sign import sign_as_person
from congvu.signing.sign_appendix import sign_appendix
from congvu.signing.types import POINTS_PER_MM, FieldName, FileState, HolderKind, SignedPdf
from congvu.signing.verify import verify_pdf
from rooms.signing.conftest import LETTER, STRIP, typeset

pytestmark = pytest.mark.django_db
SLOT = Slot(page=1, x=320, y=190, width=180, height=70)
STRIP_SLOT = Slot(page=1, x=0, y=740, width=595, height=40)


@dataclass(frozen=True)
class Cast:
    leader: Actor
    deputy: Actor
    clerk: Actor
    letter: bytes
    strip: bytes

    def signed(self, at: datetime) -> SignedPdf:
        return sign_as_person(self.letter, slot=SLOT, by=self.leader, at=at)

    def numbered(self, pdf: bytes, at: datetime) -> SignedPdf:
        return number_as_agency(
            pdf,
            strip_pdf=self.strip,
            slot=STRIP_SLOT,
            number_text="Số 03/2022/QĐ-UBND; ngày 31/01/2022",
            by=self.clerk,
            at=at,
        )

    def issued(self, at: datetime) -> SignedPdf:
        return seal_as_agency(self.numbered(self.signed(at).pdf, at).pdf, by=self.clerk, at=at)


@pytest.fixture(scope="session")
def papers() -> tuple[bytes, bytes]:
    return typeset(LETTER), typeset(STRIP)


def official(agency: Agency, name: str, title: str, *roles: str) -> Actor:
    person = Person.objects.create(full_name=name, sort_key=name)
    position, _ = Position.objects.get_or_create(title=title, rank="head")
    posting = Posting.objects.create(
        person=person,
        agency=agency,
        position=position,
        roles=list(roles),
        valid_from=date(2021, 1, 1),
    )
    return Actor(
        person_id=person.id,
        posting_id=posting.id,
        agency_id=agency.id,
        unit_id=None,
        full_name=name,
        title=title,
        agency_name=agency.name,
        roles=frozenset(roles),
    )


@pytest.fixture
def people(
    db: None,
    at: datetime,
    papers: tuple[bytes, bytes],
) -> Cast:
    found_authority(at=at)
    agency = Agency.objects.create(
        code="ubnd-thu",
        name="Ủy ban nhân dân tỉnh Phú Yên",
        short_name="UBND tỉnh",
        kind="province",
        symbol="UBND",
        place="Phú Yên",
        valid_from=date(2021, 1, 1),
    )
    return Cast(
        leader=official(agency, "Trần Hữu Thế", "Chủ tịch", LEADER),
        deputy=official(agency, "Lê Tấn Hổ", "Phó Chủ tịch", LEADER),
        clerk=official(agency, "Nguyễn Thị Vân", "Văn thư", CLERK),
        letter=papers[0],
        strip=papers[1],
    )


def refused(code: str, act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        act()
    assert refusal.value.code == code
    return refusal.value


@pytest.mark.clause("ND30.32.2.d", "ND30.13", "QC.7.1")
def test_signed_numbered_sealed_is_worth_an_original(people: Cast, at: datetime) -> None:
    issued = people.issued(at)
    found = verify_pdf(issued.pdf, at=at)
    assert found.state == FileState.INTACT
    assert found.state_words == "nguyên vẹn"
    assert [one.field for one in found.signatures] == [*list(FieldName)[:3], "DauThoiGian1"]
    assert {one.verdict for one in found.signatures} == {Verdict.VALID}
    assert {one.verdict_words for one in found.signatures} == {"hợp lệ"}
    assert [one.holder_kind for one in found.signatures] == [
        HolderKind.PERSON,
        HolderKind.AGENCY,
        HolderKind.AGENCY,
        HolderKind.UNKNOWN,  # the time-stamp over the file is nobody's signature
    ]
    assert found.signatures[3].is_time_stamp
    assert found.summary == "Tệp nguyên vẹn; 3/3 chữ ký số hợp lệ."
    assert found.signatures[0].holder_id == people.leader.person_id
    assert found.signatures[0].signer == "Trần Hữu Thế"
    assert found.signatures[0].claimed_at == at
    assert found.signatures[0].stamped_at == at
    assert "trình diễn" in found.signatures[0].stamped_by
    assert {one.level for one in found.signatures[:3]} == {"b-lta"}
    assert found.signatures[0].note == ""
    assert found.has_both_valid
    worth = value_of_document(found.for_law, through_document_system=True)
    assert worth.value == LegalValue.ORIGINAL


@pytest.mark.clause("QC.7.1")
def test_the_report_is_kept_and_read_back(people: Cast, at: datetime) -> None:
    issued = people.issued(at)
    found = verify_pdf(issued.pdf, at=at)
    assert queries.newest_report(issued.sha256) == found
    assert queries.newest_report("0" * 64) is None
    examine_pdf(people.letter, at=at)
    assert VerificationReport.objects.count() == 1


@pytest.mark.clause("TT41")
def test_only_signed_is_not_worth_an_original(people: Cast, at: datetime) -> None:
    found = examine_pdf(people.signed(at).pdf, at=at)
    assert found.person_is_valid
    assert not found.agency_is_valid
    numbered = examine_pdf(people.numbered(people.signed(at).pdf, at).pdf, at=at)
    assert not numbered.agency_is_valid, "number and date are not the agency's signature"
    worth = value_of_document(numbered.for_law, through_document_system=True)
    assert worth.value == LegalValue.REFERENCE


@pytest.mark.clause("QC.7.1")
@pytest.mark.parametrize(
    ("content", "fault", "said"),
    [
        (b"", "empty", "Tệp rỗng"),
        (b"hello", "not_pdf", "không phải là PDF"),
        (b"%PDF-1.7 broken", "damaged", "bị hỏng"),
    ],
)
def test_an_unreadable_file_is_a_result(
    people: Cast, at: datetime, content: bytes, fault: str, said: str
) -> None:
    found = verify_pdf(content, at=at)
    assert found.state == FileState.UNREADABLE
    assert found.fault == fault
    assert said in found.summary
    assert queries.newest_report(found.sha256) == found


def test_an_unsigned_file_says_so(people: Cast, at: datetime, tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(people.letter)
    found = examine_pdf(file, at=at)
    assert found.state_words == "chưa ký số"
    assert found.sha256 == hashlib.sha256(people.letter).hexdigest()


@pytest.mark.clause("ND30.PL1.I.II.7.d")
def test_the_signature_image_is_centred_in_its_place(people: Cast, at: datetime) -> None:
    drawn = people.signed(at).slot
    assert drawn.x + drawn.width / 2 == pytest.approx(SLOT.x + SLOT.width / 2)
    assert drawn.y + drawn.height / 2 == pytest.approx(SLOT.y + SLOT.height / 2)
    assert drawn.width <= SLOT.width
    assert drawn.height <= SLOT.height


@pytest.mark.clause("ND30.PL1.I.II.8.a")
def test_the_seal_has_its_real_size_and_covers_a_third_on_the_left(
    people: Cast, at: datetime
) -> None:
    signed = people.signed(at)
    seal = seal_as_agency(signed.pdf, by=people.clerk, at=at).slot
    assert seal.width == pytest.approx(36 * POINTS_PER_MM)
    assert seal.height == pytest.approx(seal.width)
    covered = seal.x + seal.width - signed.slot.x
    assert covered == pytest.approx(signed.slot.width * COVERED_SHARE)
    assert seal.y + seal.height / 2 == pytest.approx(signed.slot.y + signed.slot.height / 2)


@pytest.mark.clause("ND30.32.2.d")
def test_the_agency_signs_only_what_the_person_signed(people: Cast, at: datetime) -> None:
    refusal = refused("signing.E003", lambda: seal_as_agency(people.letter, by=people.clerk, at=at))
    assert refusal.clause == "ND30.32.2.d"
    refused("signing.E003", lambda: people.numbered(people.letter, at))
    changed = people.signed(at).pdf + b"\n"
    refused("signing.E003", lambda: seal_as_agency(changed, by=people.clerk, at=at))


@pytest.mark.clause("ND30.32.2.c")
def test_only_the_clerk_numbers_and_seals(people: Cast, at: datetime) -> None:
    signed = people.signed(at).pdf
    refused("signing.E002", lambda: seal_as_agency(signed, by=people.leader, at=at))
    outsider = replace(people.clerk, agency_id=None)
    refused("signing.E002", lambda: seal_as_agency(signed, by=outsider, at=at))
    refused("signing.E002", lambda: sign_appendix(signed, symbol="x", by=people.leader, at=at))


@pytest.mark.clause("ND30.32.2.d")
def test_nobody_signs_after_the_seal_and_nothing_is_done_twice(people: Cast, at: datetime) -> None:
    signed = people.signed(at).pdf
    refused("signing.E007", lambda: sign_as_person(signed, slot=SLOT, by=people.leader, at=at))
    numbered = people.numbered(signed, at).pdf
    refused("signing.E005", lambda: people.numbered(numbered, at))
    issued = seal_as_agency(numbered, by=people.clerk, at=at).pdf
    refused("signing.E004", lambda: sign_as_person(issued, slot=SLOT, by=people.deputy, at=at))
    refused("signing.E006", lambda: seal_as_agency(issued, by=people.clerk, at=at))
    refused("signing.E006", lambda: people.numbered(issued, at))


def test_two_people_may_sign_one_file(people: Cast, at: datetime) -> None:
    other = Slot(page=1, x=90, y=190, width=180, height=70)
    once = people.signed(at)
    twice = sign_as_person(once.pdf, slot=other, by=people.deputy, at=at)
    assert twice.field == "ChuKyNguoiCoThamQuyen2"
    issued = seal_as_agency(twice.pdf, by=people.clerk, at=at)
    found = examine_pdf(issued.pdf, at=at)
    assert found.state == FileState.INTACT
    assert found.has_both_valid
    assert len(found.for_law.persons) == 2
    assert found.for_law.agency_after_persons


@pytest.mark.clause("ND30.PL1.I.II.8.b")
def test_an_appendix_of_its_own_carries_the_agency_alone(people: Cast, at: datetime) -> None:
    signed = sign_appendix(people.letter, symbol="03/2022/QĐ-UBND", by=people.clerk, at=at)
    record = SignatureRecord.objects.get(pk=signed.record_id)
    assert record.words == "03/2022/QĐ-UBND; 2022-02-14T09:00:00+07:00"
    found = examine_pdf(signed.pdf, at=at)
    assert found.state == FileState.INTACT
    assert found.agency_is_valid
    assert found.for_law.persons == ()
    refused("signing.E006", lambda: sign_appendix(signed.pdf, symbol="x", by=people.clerk, at=at))


def test_a_damaged_file_is_refused_and_leaves_no_record(people: Cast, at: datetime) -> None:
    broken = people.letter[: len(people.letter) // 2]
    refused("signing.E008", lambda: sign_as_person(broken, slot=SLOT, by=people.leader, at=at))
    assert not SignatureRecord.objects.exists()


@pytest.mark.clause("QC.10.3")
def test_a_lost_key_is_said_and_leaves_no_record(people: Cast, at: datetime) -> None:
    certificate = enrol_person(person_id=people.leader.person_id, at=at)
    certificate.key_reference = "file:person-of-another-store"
    certificate.save()
    refusal = refused("signing.E009", lambda: people.signed(at))
    assert certificate.serial in refusal.say
    assert not SignatureRecord.objects.exists()


@pytest.mark.clause("S.13")
def test_every_signature_is_in_the_audit_and_no_key_is_in_the_database(
    people: Cast, at: datetime
) -> None:
    issued = people.issued(at)
    kinds = list(Entry.objects.filter(kind__startswith="signing.").values_list("kind", flat=True))
    assert {"signing.signed", "signing.numbered", "signing.sealed"} <= set(kinds)
    for certificate in Certificate.objects.all():
        assert certificate.key_reference.startswith("file:")
        assert "PRIVATE" not in str(certificate.__dict__)
    records = queries.records_behind(issued.sha256)
    assert [one.act for one in records] == ["sealed", "numbered", "signed"]
    assert records[-1].sha256_before == hashlib.sha256(people.letter).hexdigest()


@pytest.mark.clause("QC.10.3")
def test_enrolment_is_safe_to_repeat(people: Cast, at: datetime) -> None:
    first = enrol_person(person_id=people.leader.person_id, at=at)
    assert enrol_person(person_id=people.leader.person_id, at=at) == first
    agency_id = people.clerk.agency_id
    assert agency_id is not None
    assert enrol_agency(agency_id=agency_id, at=at) == enrol_agency(agency_id=agency_id, at=at)
    assert Certificate.objects.count() == 2
    found_authority(at=at)
    assert RevocationList.objects.count() == 3  # two roots and the issuing authority


@pytest.mark.clause("QC.10.3")
def test_without_certificate_and_authority_nobody_signs(
    people: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("congvu.signing.ports.authority", lambda: None)
    refusal = refused("signing.E001", lambda: people.signed(at))
    assert "Trần Hữu Thế" in refusal.say
    refused("signing.E020", lambda: found_authority(at=at))


@pytest.mark.clause("QC.10.3", "S.54")
def test_a_revoked_certificate_signs_no_more_and_what_we_held_stays_valid(
    people: Cast, at: datetime, settings: Any
) -> None:
    signed = people.signed(at)
    settings.SIGNATURE_LEVEL = "b-b"
    bare = people.signed(at)
    settings.SIGNATURE_LEVEL = ""
    certificate = Certificate.objects.get(pk=signed.certificate_id)
    later = at + timedelta(days=10)
    next_day = at + timedelta(days=11)
    revoke_certificate(
        certificate_id=certificate.id, since=later, reason="mất USB", by=people.leader, at=later
    )

    held = examine_pdf(signed.pdf, at=next_day, seen_at=at)
    assert held.signatures[0].verdict == Verdict.VALID
    assert examine_pdf(signed.pdf, at=next_day).signatures[0].verdict == Verdict.VALID
    # Our own record proves when it was made; a house without that record cannot know.
    assert examine_pdf(bare.pdf, at=next_day).signatures[0].verdict == Verdict.VALID
    SignatureRecord.objects.all().delete()
    assert examine_pdf(signed.pdf, at=next_day).signatures[0].verdict == Verdict.VALID
    unstamped = examine_pdf(bare.pdf, at=next_day)
    assert unstamped.signatures[0].verdict == Verdict.UNDETERMINED
    assert "bị thu hồi" in unstamped.signatures[0].reason

    refused(
        "signing.E140",
        lambda: sign_as_person(people.letter, slot=SLOT, by=people.leader, at=later),
    )
    enrol_person(person_id=people.leader.person_id, at=later)
    again = sign_as_person(people.letter, slot=SLOT, by=people.leader, at=later)
    assert again.certificate_id != certificate.id
    refused(
        "signing.E021",
        lambda: revoke_certificate(
            certificate_id=certificate.id, since=later, reason="", by=people.leader, at=later
        ),
    )
    refused(
        "signing.E022",
        lambda: revoke_certificate(
            certificate_id=again.certificate_id, since=later, reason="", by=people.leader, at=at
        ),
    )


def png(mode: str, size: tuple[int, int], colour: tuple[int, ...]) -> bytes:
    import io

    from PIL import Image

    image = Image.new(mode, size, (0,) * len(colour))
    image.paste(colour, (20, 20, size[0] - 20, size[1] - 20))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.clause("ND30.PL1.I.II.7.d", "ND30.PL1.I.II.8.a")
def test_marks_must_be_transparent_and_of_the_prescribed_colour(people: Cast, at: datetime) -> None:
    person, agency = people.leader.person_id, people.clerk.agency_id
    blue, red = (20, 40, 200, 255), (220, 20, 20, 255)
    good = register_mark(png=png("RGBA", (300, 120), blue), person_id=person, at=at)
    assert queries.mark_of(person_id=person) == good
    newer = register_mark(png=png("RGBA", (300, 140), blue), person_id=person, at=at)
    assert queries.mark_of(person_id=person) == newer
    seal = register_mark(png=png("RGBA", (300, 300), red), agency_id=agency, width_mm=42.0, at=at)
    assert seal.width_mm == 42.0
    cases = [
        ("signing.E011", {"png": png("RGBA", (300, 120), red), "person_id": person}),
        ("signing.E012", {"png": png("RGBA", (300, 300), blue), "agency_id": agency}),
        ("signing.E010", {"png": png("RGB", (300, 120), blue[:3]), "person_id": person}),
        ("signing.E010", {"png": png("RGBA", (50, 50), blue), "person_id": person}),
        ("signing.E010", {"png": png("RGBA", (2500, 150), blue), "person_id": person}),
        ("signing.E010", {"png": b"GIF89a", "person_id": person}),
    ]
    for code, given in cases:
        refused(code, lambda given=given: register_mark(at=at, **given))
