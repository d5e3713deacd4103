"""Tokens of SoftHSM2 in a folder of their own: a real PKCS#11 library for tests."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from congvu.signing.adapters.software_keys import PrivateKey

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
)
LIBRARY = next((place for place in LIBRARIES if Path(place).exists()), "")
SO_PIN = "87654321"
PERSON, SIGNER, AGENCY = "Lanh dao", "Nguoi ky", "HSM co quan"
PINS = {PERSON: "246810", SIGNER: "97531024", AGENCY: "135791"}
needs_softhsm = pytest.mark.skipif(
    not (LIBRARY and shutil.which("softhsm2-util")), reason="SoftHSM2 is not installed"
)


class Tokens:
    """A folder of tokens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tokens").mkdir()
        (folder / "softhsm2.conf").write_text(
            f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n"
        )
        os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")

    def make(self, label: str, pin: str) -> None:
        """A fresh token."""
        self._run("--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", SO_PIN)

    def put(self, token: str, label: str, key: PrivateKey) -> None:
        """A key onto a token, as the maker of an HSM would do it."""
        pin = PINS[token]
        place = self.folder / "key.pem"
        place.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        number = f"{len(label):02x}{os.urandom(2).hex()}"
        self._run(
            "--import", str(place), "--token", token, "--label", label, "--id", number, "--pin", pin
        )
        place.unlink()

    def _run(self, *words: str) -> None:
        done = subprocess.run(["softhsm2-util", *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@functools.cache
def tokens() -> Tokens:
    """The tokens of this test process; the library reads settings and slots once, so all at once."""
    made = Tokens(Path(tempfile.mkdtemp(prefix="congvu-softhsm-")))
    for label, pin in PINS.items():
        made.make(label, pin)
    return made
