"""Figures of `congvu bench` for keys: a whole signature by a PKCS#11 device against a file key.

The device is SoftHSM2 (Debian softhsm2); where it is not installed nothing is measured and it is
said so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from django.utils.module_loading import import_string

from congvu.orgs import queries as orgs
from congvu.run.bench_meter import Figure, Meter, median
from congvu.run.bench_pages import backend, busy_posting
from congvu.run.bench_papers import Press
from congvu.signing import ports
from congvu.signing.adapters.software_keys import installed_keys
from congvu.signing.enrol import certificate_of_person
from congvu.signing.found_authority import found_authority
from congvu.signing.put_signature import Placement, order_of
from congvu.signing.sign import place_of_person

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
TOKEN, KEY, PIN = "bench", "khoa", "13572468"
# By name, as settings wire adapters: its library is optional.
DEVICES = "congvu.signing.adapters.pkcs11_keys.Pkcs11Keys"
Sign = Callable[[bytes], bytes]


def measure_keys(at: datetime, *, rounds: int) -> list[Figure]:
    """The same paper signed by the same RSA key, in a file and in SoftHSM, in turns."""
    library = next((place for place in LIBRARIES if Path(place).exists()), "")
    if not library or not shutil.which("softhsm2-util"):
        print("Không đo HSM: chưa cài softhsm2.")
        return []
    found_authority(at=at)
    leader = orgs.actor_for(busy_posting("leader").id, at)
    clerk = orgs.actor_for(busy_posting("clerk").id, at)
    paper = Press(leader, clerk, at).typeset()
    slot = paper.slots["person_signature"]
    placement = place_of_person(paper.pdf, slot=slot, by=leader, at=at)
    order = order_of(placement, certificate_of_person(leader.person_id, at), at)
    reference = certificate_of_person(leader.person_id, at).key_reference.partition(":")[2]
    with tempfile.TemporaryDirectory(prefix="congvu-hsm-") as folder:
        by_device = _device(library, Path(folder), reference)
        by_file: Sign = lambda digest: installed_keys().sign_digest(reference, digest)  # noqa: E731
        return [_compared(paper.pdf, placement, order, by_file, by_device, rounds)]


def _compared(
    pdf: bytes,
    placement: Placement,
    order: ports.SignatureOrder,
    by_file: Sign,
    by_device: Sign,
    rounds: int,
) -> Figure:
    meter = Meter(backend())
    for sign in (by_file, by_device):
        sign_paper(pdf, order, sign)  # keys are read, sessions opened, pictures decoded
    files, devices = [], []
    for _ in range(rounds):
        files.append(meter.cost(lambda: sign_paper(pdf, order, by_file), 4).app)
        devices.append(meter.cost(lambda: sign_paper(pdf, order, by_device), 4).app)
    details = {"file_ms": median(files) * 1000, "hsm_ms": median(devices) * 1000}
    ratio = median(devices) / median(files)
    name = "Một chữ ký số bằng HSM (SoftHSM) / bằng khóa trong tệp"
    return Figure("hsm", name, ratio, "×", 1.5, details=details)


def sign_paper(pdf: bytes, order: ports.SignatureOrder, sign: Sign) -> bytes:
    """One visible signature and nothing else: gap, signature, CMS."""
    maker = ports.signature_maker()
    with tempfile.NamedTemporaryFile(prefix="congvu-bench-") as file:
        file.write(pdf)
        file.flush()
        path = Path(file.name)
        made = maker.prepare(path, order)
        maker.complete(path, made, order, sign(made.digest))
        return path.read_bytes()


def _device(library: str, folder: Path, reference: str) -> Sign:
    """A token that holds the same key, opened as the agency's HSM is."""
    (folder / "tokens").mkdir()
    settings, pem, pins = folder / "softhsm2.conf", folder / "key.pem", folder / "pins"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    pem.touch(mode=0o600)
    pem.write_bytes(
        installed_keys()
        .key(reference)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    pins.touch(mode=0o600)
    pins.write_text(f"{TOKEN}={PIN}\n")
    own = ["--label", TOKEN, "--pin", PIN]
    _softhsm("--init-token", "--free", *own, "--so-pin", PIN)
    _softhsm("--import", str(pem), "--token", TOKEN, "--label", KEY, "--id", "01", "--pin", PIN)
    keys = import_string(DEVICES)(library, pins)
    return lambda digest: keys.sign_digest(f"{TOKEN}/{KEY}", digest)


def _softhsm(*words: str) -> None:
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
