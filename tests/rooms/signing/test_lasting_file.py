"""A file that lasts is accepted by everybody who checks it, and signing it needs no memory."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from congvu.signing.adapters.demo_stamper import DemoStamper
from congvu.signing.adapters.pyhanko_pades import PadesMaker
from congvu.signing.adapters.revocation_http import HttpRevocation
from congvu.signing.ports import Picture, SignatureOrder
from rooms.signing.conftest import SIGNED_AT, Bench
from rooms.signing.test_issued_file import byte_ranges

pytestmark = pytest.mark.clause("ND30.32.2.d", "TT41", "S.54")


def lasting_file(bench: Bench, folder: Path) -> bytes:
    """Person, number, seal, each time-stamped; then evidence and a stamp over everything."""
    stamper = DemoStamper(bench.authority)
    maker = PadesMaker()
    path = folder / "lasting.pdf"
    path.write_bytes(bench.letter)
    stamp = None
    for field, holder in (("ChuKyNguoiCoThamQuyen", bench.leader), ("ChuKyCoQuan", bench.agency)):
        chain = (holder.certificate, *holder.chain[:-1])
        box = (330.0, 200.0, 480.0, 260.0)
        order = SignatureOrder(field, 1, box, Picture(bench.blue), "lý do", SIGNED_AT, chain)
        made = maker.prepare(path, order)
        raw = bench.keys.sign_digest(holder.key_reference.partition(":")[2], made.digest)
        stamp = stamper.stamp(hashlib.sha256(raw).digest(), SIGNED_AT)
        maker.complete(path, made, order, raw, stamp.token)
    assert stamp is not None
    made = maker.prepare_stamp(path, "DauThoiGian", evidence_of(bench, stamp.chain))
    maker.embed(path, made, stamper.stamp(made.digest, SIGNED_AT).token)
    return path.read_bytes()


def evidence_of(bench: Bench, stamp_chain: tuple[bytes, ...]) -> object:
    from congvu.signing.lasting import joined  # needs Django; the bare process below has none

    source, lists = HttpRevocation(), bench.authority.revocation_lists({}, SIGNED_AT)
    chains = [
        ((one.certificate, *one.chain[:-1]), bench.root) for one in (bench.leader, bench.agency)
    ]
    chains.append((stamp_chain, bench.authority.time_stamp_root()))
    gathered = [
        source.gather(chain, [root], lists, moment=SIGNED_AT, at=SIGNED_AT)
        for chain, root in chains
    ]
    assert {one.standing for one in gathered} == {"good"}
    return joined([one.evidence for one in gathered])


@pytest.fixture(scope="session")
def lasting(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return lasting_file(bench, tmp_path_factory.mktemp("lasting"))


def context(bench: Bench, root: bytes, **more: object) -> ValidationContext:
    return ValidationContext(
        trust_roots=[x509.Certificate.load(root)],
        moment=SIGNED_AT,
        revocation_mode="require",
        crls=list(bench.authority.revocation_lists({}, SIGNED_AT)),
        **more,
    )


def test_pyhanko_trusts_signatures_and_stamps(bench: Bench, lasting: bytes) -> None:
    reader = PdfFileReader(io.BytesIO(lasting))
    stamps = context(bench, bench.authority.time_stamp_root())
    for signature in reader.embedded_regular_signatures:
        status = validate_pdf_signature(
            signature, context(bench, bench.root), ts_validation_context=stamps
        )
        assert status.bottom_line, status.pretty_print_details()
        assert status.timestamp_validity is not None and status.timestamp_validity.trusted
    (stamp,) = reader.embedded_timestamp_signatures
    status = validate_pdf_timestamp(stamp, stamps)
    assert status.intact and status.valid and status.trusted
    assert status.coverage.name == "ENTIRE_FILE"


def test_pdfsig_says_valid_for_each_signature(lasting: bytes, tmp_path: Path) -> None:
    file = tmp_path / "lasting.pdf"
    file.write_bytes(lasting)
    said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid.") == 2
    assert said.count("Digest Mismatch") == 0


def test_openssl_verifies_signatures_and_tokens(
    bench: Bench, lasting: bytes, tmp_path: Path
) -> None:
    roots = {"root": bench.root, "stamps": bench.authority.time_stamp_root()}
    for name, der in roots.items():
        command = f"openssl x509 -inform DER -out {tmp_path}/{name}.pem"
        subprocess.run(command.split(), input=der, check=True)
    for number, (start, length, rest, rest_length) in enumerate(byte_ranges(lasting)):
        cms = tmp_path / f"{number}.cms"
        cms.write_bytes(bytes.fromhex(lasting[start + length : rest].strip(b"<>").decode()))
        content = tmp_path / f"{number}.bin"
        content.write_bytes(lasting[start : start + length] + lasting[rest : rest + rest_length])
        if number < 2:
            command = (
                f"openssl cms -verify -inform DER -binary -purpose any -attime 1643598000 -in {cms}"
                f" -content {content} -CAfile {tmp_path}/root.pem -out /dev/null"
            )
        else:
            command = (
                f"openssl ts -verify -data {content} -in {cms} -token_in"
                f" -attime 1643598000 -CAfile {tmp_path}/stamps.pem"
            )
        run = subprocess.run(command.split(), capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr + run.stdout


def test_qpdf_finds_nothing_wrong(lasting: bytes, tmp_path: Path) -> None:
    file = tmp_path / "lasting.pdf"
    file.write_bytes(lasting)
    run = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, check=False)
    assert (run.returncode, b"WARNING" in run.stderr) == (0, False), run.stdout


def test_evidence_is_in_the_file_once(bench: Bench, lasting: bytes) -> None:
    reader = PdfFileReader(io.BytesIO(lasting))
    store = reader.root["/DSS"]
    assert len(store["/Certs"]) == 4, "leader, agency, their authority, the stamper"
    assert len(store["/CRLs"]) == 3
    assert lasting.count(b"/DSS") == 1


# VmHWM, not ru_maxrss: the latter carries the peak of the parent over the fork.
LARGE = """
import re, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from rooms.signing.test_lasting_file import sign_in_place
sign_in_place(Path(sys.argv[1]))
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def padded(pdf: bytes, size: int) -> bytes:
    """A PDF of about this size: one more object that nobody reads (a scan, a map)."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    out = io.BytesIO(pdf)
    writer = IncrementalPdfFileWriter(out)
    stream = generic.StreamObject(stream_data=b"\0" * max(1, size - len(pdf)))
    writer.root[generic.pdf_name("/Ballast")] = writer.add_object(stream)
    writer.update_root()
    writer.write_in_place()
    return out.getvalue()


def sign_in_place(path: Path) -> None:
    """Two signatures' worth of appending: a signature, then a stamp with evidence."""
    from congvu.signing.adapters.demo_authority import DemoAuthority
    from congvu.signing.adapters.software_keys import SoftwareKeys

    authority = DemoAuthority(SoftwareKeys(path.parent / "keys"))
    authority.found(SIGNED_AT)
    holder = authority.issue_for_agency("Ủy ban nhân dân tỉnh Phú Yên", SIGNED_AT)
    picture = Picture((path.parent / "mark.png").read_bytes())
    chain = (holder.certificate, *holder.chain[:-1])
    order = SignatureOrder("ChuKyCoQuan", 1, (300, 200, 400, 300), picture, "", SIGNED_AT, chain)
    maker, stamper = PadesMaker(), DemoStamper(authority)
    made = maker.prepare(path, order)
    raw = authority.keys.sign_digest(holder.key_reference.partition(":")[2], made.digest)
    maker.complete(
        path, made, order, raw, stamper.stamp(hashlib.sha256(raw).digest(), SIGNED_AT).token
    )
    made = maker.prepare_stamp(path, "DauThoiGian", None)
    maker.embed(path, made, stamper.stamp(made.digest, SIGNED_AT).token)


def test_fifty_megabytes_are_signed_in_place_with_flat_memory(bench: Bench, tmp_path: Path) -> None:
    """The most memory of a process that signs 50 MB, against one that signs a tenth of one."""
    (tmp_path / "mark.png").write_bytes(bench.red)
    tests = str(Path(__file__).resolve().parents[2])
    peaks = {}
    for name, size in (("small", 100_000), ("large", 50_000_000)):
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(padded(bench.letter, size))
        before = file.stat().st_size
        run = subprocess.run(
            [sys.executable, "-c", LARGE, str(file), tests],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        peaks[name] = int(run.stdout.split()[-1])
        assert file.stat().st_size > before
        assert file.stat().st_size >= size
    assert peaks["large"] / peaks["small"] <= 1.3, peaks
