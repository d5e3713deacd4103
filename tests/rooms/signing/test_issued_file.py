"""A file signed by a person, numbered and sealed is accepted by everybody who checks it."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from rooms.signing.conftest import SIGNED_AT, Bench

pytestmark = pytest.mark.clause("ND30.32.2.d", "ND30.13")


def byte_ranges(pdf: bytes) -> list[tuple[int, int, int, int]]:
    found = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    return [tuple(int(number) for number in one) for one in found]


def test_pyhanko_trusts_all_three_and_accepts_what_came_later(
    bench: Bench, issued_pdf: bytes
) -> None:
    context = ValidationContext(
        trust_roots=[x509_of(bench.root)],
        crls=list(bench.authority.revocation_lists({}, SIGNED_AT)),
        moment=SIGNED_AT,
        revocation_mode="require",
    )
    signatures = PdfFileReader(io.BytesIO(issued_pdf)).embedded_signatures
    assert [one.field_name for one in signatures] == [
        "ChuKyNguoiCoThamQuyen",
        "SoVaThoiGian",
        "ChuKyCoQuan",
    ]
    for signature in signatures:
        status = validate_pdf_signature(signature, context)
        assert status.bottom_line, status.pretty_print_details()
        assert status.summary().startswith("INTACT:TRUSTED")
        assert status.docmdp_ok


def x509_of(der: bytes) -> object:
    from asn1crypto import x509 as asn1_x509

    return asn1_x509.Certificate.load(der)


def test_pdfsig_says_valid_three_times(issued_pdf: bytes, tmp_path: Path) -> None:
    file = tmp_path / "issued.pdf"
    file.write_bytes(issued_pdf)
    said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid.") == 3
    assert "ETSI.CAdES.detached" in said
    assert "Total document signed" in said


def test_openssl_verifies_each_signature_against_our_root(
    bench: Bench, issued_pdf: bytes, tmp_path: Path
) -> None:
    root = tmp_path / "root.pem"
    root.write_bytes(x509.load_der_x509_certificate(bench.root).public_bytes(Encoding.PEM))
    ranges = byte_ranges(issued_pdf)
    assert len(ranges) == 3
    for number, (start, length, rest, rest_length) in enumerate(ranges):
        gap = issued_pdf[start + length : rest]
        cms = tmp_path / f"{number}.cms"
        cms.write_bytes(bytes.fromhex(gap.strip(b"<>").decode()))
        content = tmp_path / f"{number}.bin"
        content.write_bytes(
            issued_pdf[start : start + length] + issued_pdf[rest : rest + rest_length]
        )
        command = (
            "openssl cms -verify -inform DER -binary -purpose any -attime 1643598000"
            f" -in {cms} -content {content} -CAfile {root} -out /dev/null"
        )
        run = subprocess.run(command.split(), capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        assert "successful" in run.stderr.lower()


def test_qpdf_finds_nothing_wrong(issued_pdf: bytes, tmp_path: Path) -> None:
    file = tmp_path / "issued.pdf"
    file.write_bytes(issued_pdf)
    run = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, check=False)
    assert run.returncode == 0, run.stdout
    assert b"WARNING" not in run.stderr


def test_signing_only_appends_and_leaves_title_and_dates(bench: Bench, issued_pdf: bytes) -> None:
    assert issued_pdf.startswith(bench.letter)
    with (
        pikepdf.open(io.BytesIO(bench.letter)) as before,
        pikepdf.open(io.BytesIO(issued_pdf)) as after,
    ):
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert str(after.docinfo["/Title"]) == "Quyết định thử"


@pytest.mark.clause("ND30.PL1.I.II.7.d", "ND30.PL1.I.II.8.a")
def test_the_page_shows_blue_signature_red_seal_and_number(bench: Bench, issued_pdf: bytes) -> None:
    with pypdfium2.PdfDocument(issued_pdf) as pdf:
        pdf.init_forms()
        image = pdf[0].render(scale=1, may_draw_forms=True).to_pil().convert("RGB")
    height = image.height

    def seen(x_0: float, y_0: float, x_1: float, y_1: float) -> list[tuple[int, int, int]]:
        crop = image.crop((int(x_0), int(height - y_1), int(x_1), int(height - y_0)))
        return list(crop.get_flattened_data())

    blue = [p for p in seen(380, 200, 480, 260) if p[2] > p[0] + 60]
    red = [p for p in seen(278, 179, 380, 281) if p[0] > p[2] + 60]
    number = [p for p in seen(90, 740, 560, 780) if sum(p) < 200]
    assert len(blue) > 150
    assert len(red) > 800
    assert len(number) > 100


@pytest.mark.clause("S.54")
def test_the_certificate_says_it_has_no_legal_value(bench: Bench) -> None:
    for der in (bench.root, bench.leader.certificate, bench.agency.certificate):
        subject = x509.load_der_x509_certificate(der).subject.rfc4514_string()
        assert "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in subject


@pytest.mark.clause("QC.10.3")
def test_keys_lie_encrypted_and_private(bench: Bench) -> None:
    files = sorted(bench.keys.folder.iterdir())
    assert len(files) >= 5
    for file in files:
        assert file.stat().st_mode & 0o077 == 0, file
        assert b"BEGIN PRIVATE KEY" not in file.read_bytes()
        assert b"BEGIN RSA PRIVATE KEY" not in file.read_bytes()
