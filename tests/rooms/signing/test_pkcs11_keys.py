"""Keys in tokens and HSMs (PKCS#11): what a person's PIN opens, and what the agency's HSM signs."""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from congvu.signing import judge as law
from congvu.signing.adapters.pkcs11_keys import Pkcs11Keys
from congvu.signing.adapters.pyhanko_judge import SandboxedJudge
from congvu.signing.adapters.pyhanko_pades import PadesMaker
from congvu.signing.ports import IssuedCertificate, KeyAbsent, Picture, PinRefused, SignatureOrder
from congvu.signing.types import FileState
from rooms.signing.conftest import PERSON_BOX, SIGNED_AT, Bench
from softhsm import AGENCY, LIBRARY, PERSON, PINS, needs_softhsm, tokens

pytestmark = [needs_softhsm, pytest.mark.clause("QC.10.3")]
DIGEST = hashlib.sha256(b"Quy che").digest()
PIN = PINS[PERSON]
OF_PERSON, OF_AGENCY = f"{PERSON}/khoa-ky", f"{AGENCY}/khoa-co-quan"


@dataclass
class Devices:
    keys: Pkcs11Keys
    leader: IssuedCertificate
    agency: IssuedCertificate
    pin_file: Path


@pytest.fixture(scope="module")
def devices(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Devices:
    """The leader's RSA key on a token of their own, the agency's EC key in the HSM."""
    for issued, token, label in (
        (bench.leader, PERSON, "khoa-ky"),
        (bench.agency, AGENCY, "khoa-co-quan"),
    ):
        tokens().put(token, label, bench.keys.key(issued.key_reference.partition(":")[2]))
    pin_file = tmp_path_factory.mktemp("hsm") / "pins"
    pin_file.write_text(f"{AGENCY}={PINS[AGENCY]}\n")
    pin_file.chmod(0o600)
    return Devices(Pkcs11Keys(LIBRARY, pin_file), bench.leader, bench.agency, pin_file)


def is_good(issued: IssuedCertificate, signature: bytes) -> bool:
    """Whether the signature over DIGEST is of this certificate's key (raises when it is not)."""
    key = x509.load_der_x509_certificate(issued.certificate).public_key()
    sha256 = Prehashed(hashes.SHA256())
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, DIGEST, padding.PKCS1v15(), sha256)
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signature, DIGEST, ec.ECDSA(sha256))
    return True


def test_a_person_signs_with_their_pin(devices: Devices) -> None:
    assert devices.keys.wants_pin(OF_PERSON)
    assert is_good(devices.leader, devices.keys.sign_digest(OF_PERSON, DIGEST, pin=PIN))


def test_a_space_may_be_written_as_in_an_address(devices: Devices) -> None:
    reference = OF_PERSON.replace(" ", "%20")
    assert is_good(devices.leader, devices.keys.sign_digest(reference, DIGEST, pin=PIN))


def test_the_agency_signs_unattended(devices: Devices) -> None:
    assert not devices.keys.wants_pin(OF_AGENCY)
    for _ in range(2):  # the second time on the open session
        assert is_good(devices.agency, devices.keys.sign_digest(OF_AGENCY, DIGEST))


def test_the_pin_counts_for_one_signature(devices: Devices) -> None:
    """PKCS#11 logs in a whole process: who comes next must not ride on it."""
    devices.keys.sign_digest(OF_PERSON, DIGEST, pin=PIN)
    with pytest.raises(PinRefused) as missing:
        devices.keys.sign_digest(OF_PERSON, DIGEST)
    assert missing.value.is_missing
    with pytest.raises(PinRefused) as wrong:
        devices.keys.sign_digest(OF_PERSON, DIGEST, pin="111111")
    assert not wrong.value.is_missing
    assert is_good(devices.leader, devices.keys.sign_digest(OF_PERSON, DIGEST, pin=PIN))


def test_no_word_of_the_pin_is_left(devices: Devices, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(PinRefused) as wrong:
        devices.keys.sign_digest(OF_PERSON, DIGEST, pin="99887766")
    said = repr(wrong.value.args) + str(wrong.value.__cause__) + str(wrong.value.__context__)
    assert "99887766" not in said + caplog.text


@pytest.mark.parametrize(("flag", "left"), [("FINAL_TRY", 1), ("LOCKED", 0), ("COUNT_LOW", None)])
def test_the_device_says_how_many_tries_are_left(
    devices: Devices, monkeypatch: pytest.MonkeyPatch, flag: str, left: int | None
) -> None:
    """SoftHSM never locks; the flags that real tokens set are handed in."""
    from pkcs11 import TokenFlag

    real = devices.keys._token

    class Flagged:
        def __init__(self, label: str) -> None:
            self.token = real(label)
            self.flags = getattr(TokenFlag, f"USER_PIN_{flag}")

        def open(self, **words: str) -> object:
            return self.token.open(**words)

    monkeypatch.setattr(devices.keys, "_token", Flagged)
    with pytest.raises(PinRefused) as wrong:
        devices.keys.sign_digest(OF_PERSON, DIGEST, pin="111111")
    assert wrong.value.tries_left == left


@pytest.mark.parametrize(
    "reference", ["Khong co/khoa-ky", "Lanh dao/khoa-khac", "Lanh dao", "/", "'\"/%00"]
)
def test_what_is_not_there_is_absent(devices: Devices, reference: str) -> None:
    with pytest.raises(KeyAbsent):
        devices.keys.sign_digest(reference, DIGEST, pin=PIN)


def test_without_a_library_the_key_is_absent() -> None:
    for module in ("", "/khong/co/thu-vien.so"):
        with pytest.raises(KeyAbsent):
            Pkcs11Keys(module).sign_digest(OF_PERSON, DIGEST, pin=PIN)


def test_a_pin_file_that_others_may_read_is_not_used(devices: Devices) -> None:
    devices.pin_file.chmod(0o640)
    try:
        assert devices.keys.wants_pin(OF_AGENCY)
        with pytest.raises(PinRefused):
            devices.keys.sign_digest(OF_AGENCY, DIGEST)
    finally:
        devices.pin_file.chmod(0o600)


def _in_child(keys: Pkcs11Keys, answers: multiprocessing.Queue[bytes]) -> None:
    answers.put(keys.sign_digest(OF_AGENCY, DIGEST))


def test_a_forked_process_opens_its_own_session(devices: Devices) -> None:
    devices.keys.sign_digest(OF_AGENCY, DIGEST)
    forking = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[bytes] = forking.Queue()
    child = forking.Process(target=_in_child, args=(devices.keys, answers))
    child.start()
    try:
        assert is_good(devices.agency, answers.get(timeout=20))
    finally:
        child.join(20)
    assert is_good(devices.agency, devices.keys.sign_digest(OF_AGENCY, DIGEST))


def test_a_lost_session_is_opened_again(devices: Devices) -> None:
    devices.keys.sign_digest(OF_AGENCY, DIGEST)
    devices.keys._open[AGENCY].close()
    assert is_good(devices.agency, devices.keys.sign_digest(OF_AGENCY, DIGEST))


def test_whole_signatures_from_devices_are_good(
    bench: Bench, devices: Devices, judge: SandboxedJudge, tmp_path: Path
) -> None:
    """The leader by token (RSA), then the agency by HSM (EC): judge and pdfsig agree."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(bench.letter)
    maker = PadesMaker()
    for field, holder, reference, pin, look, shift in (
        ("ChuKyNguoiCoThamQuyen", devices.leader, OF_PERSON, PIN, bench.blue, 0),
        ("ChuKyCoQuan", devices.agency, OF_AGENCY, "", bench.red, 90),
    ):
        left, bottom, right, top = PERSON_BOX
        order = SignatureOrder(
            field, 1, (left - shift, bottom, right - shift, top), Picture(look), "lý do",
            SIGNED_AT, (holder.certificate, *holder.chain[:-1]),
        )  # fmt: skip
        made = maker.prepare(path, order)
        maker.complete(path, made, order, devices.keys.sign_digest(reference, made.digest, pin=pin))

    found = judge.judge(path.read_bytes(), bench.question())["signatures"]
    assert (len(found), law.state_of(found)) == (2, FileState.INTACT)
    assert {one["at_signing"] for one in found} == {"good"}
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True).stdout
    assert said.count("Signature is Valid.") == 2
