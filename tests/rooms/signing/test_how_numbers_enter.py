"""Each way in which number and date can enter after the leader signed is judged as measured.

The leader's signature approves, or certifies (DocMDP 2). Foreign software may do any of these; none
of them is ever rejected by itself: either the file is intact, or it is to be looked at.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.keys import load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
)
from pyhanko_certvalidator.registry import SimpleCertificateStore

from congvu.rules.legal_effect import Verdict
from congvu.signing import judge as law
from congvu.signing.adapters.pdf_looks import put_form
from congvu.signing.adapters.pyhanko_judge import SandboxedJudge
from congvu.signing.adapters.pyhanko_pades import _Writer
from congvu.signing.ports import FormField, PagePicture
from congvu.signing.types import FileState, FormName
from pki import NOW, TestPki
from rooms.signing.conftest import Bench
from rooms.signing.test_tampering import add_note, add_text

pytestmark = pytest.mark.clause("TT41", "QC.7.1", "S.54")

STRIP = (0.0, 740.0, 595.0, 780.0)
LEADER, NUMBER, SEAL = "ChuKyNguoiCoThamQuyen", "SoVaThoiGian", "ChuKyCoQuan"
BOXES = {LEADER: (330, 200, 480, 260), NUMBER: STRIP, SEAL: (278, 179, 380, 281)}
PARTS = {FormName.NUMBER: (0.0, 740.0, 300.0, 780.0), FormName.DATE: (300.0, 740.0, 595.0, 780.0)}
INTACT, ADDED_TO = FileState.INTACT, FileState.ADDED_TO


class Office:
    """A foreign office that signs with its own software; `certifies` is the leader's habit."""

    def __init__(self, pki: TestPki, bench: Bench, *, certifies: bool) -> None:
        self.pki, self.bench, self.certifies = pki, bench, certifies

    def sign(self, pdf: bytes, who: str, field: str, *, lock: bool = False) -> bytes:
        out = io.BytesIO(pdf)
        writer = IncrementalPdfFileWriter(out)
        certifies = self.certifies and field == LEADER
        about = signers.PdfSignatureMetadata(
            field_name=field,
            certify=certifies,
            docmdp_permissions=MDPPerm.FILL_FORMS if certifies else None,
            md_algorithm="sha256",
        )
        spec = SigFieldSpec(field, box=BOXES[field], field_mdp_spec=_lock() if lock else None)
        there = _fields(pdf)
        signers.PdfSigner(
            about, self._signer(who), new_field_spec=None if field in there else spec
        ).sign_pdf(writer, in_place=True)
        return out.getvalue()

    def with_signature_fields(self, pdf: bytes, *fields: str, lock: bool = False) -> bytes:
        out = io.BytesIO(pdf)
        writer = IncrementalPdfFileWriter(out)
        for field in fields:
            spec = SigFieldSpec(
                field, box=BOXES[field], field_mdp_spec=_lock() if lock and field == SEAL else None
            )
            append_signature_field(writer, spec)
        writer.write_in_place()
        return out.getvalue()

    def with_text_fields(self, pdf: bytes) -> bytes:
        return self._forms(pdf, [FormField(name, 1, box) for name, box in PARTS.items()])

    def fill(self, pdf: bytes, number: str = "Số: 03/2022/QĐ-UBND") -> bytes:
        look = PagePicture(self.bench.strip)
        words = {FormName.NUMBER: number, FormName.DATE: "ngày 31 tháng 01 năm 2022"}
        forms = [FormField(name, 1, box, words[name], look, STRIP) for name, box in PARTS.items()]
        return self._forms(pdf, forms)

    def _forms(self, pdf: bytes, forms: list[FormField]) -> bytes:
        out = io.BytesIO(pdf)
        writer = _Writer(out)
        for form in forms:
            put_form(writer, form)
        writer.write_in_place()
        return out.getvalue()

    def _signer(self, who: str) -> signers.SimpleSigner:
        known = SimpleCertificateStore()
        known.register(x509.Certificate.load(self.pki.der("issuing")))
        return signers.SimpleSigner(
            signing_cert=x509.Certificate.load(self.pki.der(who)),
            signing_key=load_private_key_from_pemder(str(self.pki.folder / f"{who}.pem"), None),
            cert_registry=known,
        )


def _lock() -> FieldMDPSpec:
    return FieldMDPSpec(FieldMDPAction.INCLUDE, [str(name) for name in FormName])


def _fields(pdf: bytes) -> set[str]:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if "/AcroForm" not in writer.root:
        return set()
    fields = writer.root["/AcroForm"]["/Fields"]
    return {str(fields[place]["/T"]) for place in range(len(fields))}


def text_fields_agency_field_later(office: Office, letter: bytes) -> bytes:
    signed = office.sign(office.with_text_fields(letter), "leader", LEADER)
    return office.sign(office.fill(signed), "agency", SEAL)


def text_fields_all_made_before(office: Office, letter: bytes) -> bytes:
    ready = office.with_signature_fields(office.with_text_fields(letter), LEADER, SEAL)
    return office.sign(office.fill(office.sign(ready, "leader", LEADER)), "agency", SEAL)


def strip_as_signature(office: Office, letter: bytes) -> bytes:
    signed = office.sign(letter, "leader", LEADER)
    return office.sign(office.sign(signed, "agency", NUMBER), "agency", SEAL)


def stamp_annotation(office: Office, letter: bytes) -> bytes:
    return office.sign(add_note(office.sign(letter, "leader", LEADER)), "agency", SEAL)


def page_content(office: Office, letter: bytes) -> bytes:
    return office.sign(add_text(office.sign(letter, "leader", LEADER)), "agency", SEAL)


def number_changed_after_the_lock(office: Office, letter: bytes) -> bytes:
    ready = office.with_signature_fields(office.with_text_fields(letter), LEADER, SEAL, lock=True)
    sealed = office.sign(
        office.fill(office.sign(ready, "leader", LEADER)), "agency", SEAL, lock=True
    )
    return office.fill(sealed, "Số: 99/2022/QĐ-UBND")


CASES: list[tuple[Callable[[Office, bytes], bytes], FileState, FileState]] = [
    # how the number enters, the leader approves, the leader certifies
    (text_fields_agency_field_later, INTACT, ADDED_TO),
    (text_fields_all_made_before, INTACT, INTACT),
    (strip_as_signature, INTACT, ADDED_TO),
    (stamp_annotation, ADDED_TO, ADDED_TO),
    (page_content, ADDED_TO, ADDED_TO),
    (number_changed_after_the_lock, ADDED_TO, ADDED_TO),
]


@pytest.mark.parametrize("certifies", [False, True], ids=["approves", "certifies"])
@pytest.mark.parametrize("way", range(len(CASES)), ids=[case[0].__name__ for case in CASES])
def test_each_way_is_judged_as_it_is(
    pki: TestPki, bench: Bench, judge: SandboxedJudge, way: int, certifies: bool
) -> None:
    build, *expected = CASES[way]
    pdf = build(Office(pki, bench, certifies=certifies), bench.letter)
    found = judge.judge(pdf, pki.question(lists=("issuing", "root")))["signatures"]
    assert law.state_of(found) == expected[certifies]
    assert all(law.is_intact(one) for one in found)
    # Nobody's signature is called invalid for what came after it (R15: the clerk looks).
    verdicts = {law.verdict_on(one, seen_at=NOW)[0] for one in found}
    assert Verdict.INVALID not in verdicts


def test_the_lock_names_the_signature_that_was_broken(
    pki: TestPki, bench: Bench, judge: SandboxedJudge
) -> None:
    office = Office(pki, bench, certifies=False)
    pdf = number_changed_after_the_lock(office, bench.letter)
    leader, agency = judge.judge(pdf, pki.question(lists=("issuing", "root")))["signatures"]
    assert leader["modification"] == "FORM_FILLING", "the leader left the number open"
    assert agency["modification"] == "OTHER", "the agency had closed it"
    assert "bổ sung" in law.note_on(agency)


def test_a_filled_number_is_final_without_any_lock(
    pki: TestPki, bench: Bench, judge: SandboxedJudge
) -> None:
    """The signing program sets no lock; what it sealed may be changed no more all the same."""
    office = Office(pki, bench, certifies=False)
    sealed = text_fields_agency_field_later(office, bench.letter)
    BOXES["DauDen"] = (20, 560, 120, 630)
    changed = office.sign(office.fill(sealed, "Số: 99/2022/QĐ-UBND"), "agency", "DauDen")
    found = judge.judge(changed, pki.question(lists=("issuing", "root")))["signatures"]
    leader, agency, stamp = found
    assert (leader["modification"], stamp["modification"]) == ("FORM_FILLING", "NONE")
    assert agency["modification"] == "OTHER", "the number was there, and read-only"
    assert law.state_of(found) == ADDED_TO


def test_a_later_stamp_of_the_receiver_fits_an_approved_file_only(
    pki: TestPki, bench: Bench, judge: SandboxedJudge, tmp_path: Path
) -> None:
    """Why the leader never certifies here: a receiving office could not lay its stamp."""
    for certifies, expected in ((False, INTACT), (True, ADDED_TO)):
        office = Office(pki, bench, certifies=certifies)
        BOXES["DauDen"] = (20, 560, 120, 630)
        issued = text_fields_all_made_before(office, bench.letter)
        stamped = office.sign(issued, "agency", "DauDen")
        found = judge.judge(stamped, pki.question(lists=("issuing", "root")))["signatures"]
        assert law.state_of(found) == expected
