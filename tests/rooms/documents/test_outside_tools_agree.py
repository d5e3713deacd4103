"""pdfsig, openssl and qpdf agree with the house on copies, stamps and what carries them."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from cast import House
from congvu.documents.copies.ask_copy import ask_for_copy
from congvu.documents.copies.make_copy import make_copy
from congvu.documents.incoming.register import register_arrival
from congvu.documents.incoming.stamp_arrival import stamp_arrival
from congvu.kit import blobs
from congvu.signing.models import TrustAnchor
from paperwork import issued
from rooms.documents.test_copies import EXTRACT
from rooms.documents.test_stamp_arrival import came

RANGE = rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]"


def outside(pdf: bytes, folder: Path, at: datetime) -> list[str]:
    """Run the three tools on a signed file; each signature's and stamp's verdict by openssl."""
    file = folder / "file.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
    ranges = [[int(one) for one in found] for found in re.findall(RANGE, pdf)]
    stamps = sum(is_stamp(pdf, one) for one in ranges)  # poppler does not judge them
    assert said.count("Signature is Valid.") == len(ranges) - stamps > 0
    check = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, check=False)
    assert check.returncode == 0, check.stdout
    return [openssl(pdf, one, folder, at) for one in ranges]


def is_stamp(pdf: bytes, span: list[int]) -> bool:
    """Whether the gap holds a time-stamp over the file (its content is a TSTInfo)."""
    start, length, rest, _ = span
    return "060B2A864886F70D0109100104A0" in pdf[start + length : rest].decode().upper()[:200]


def openssl(pdf: bytes, span: list[int], folder: Path, at: datetime) -> str:
    start, length, rest, rest_length = span
    root = folder / "root.pem"
    purpose = "time_stamp" if is_stamp(pdf, span) else "demonstration"
    root.write_text(TrustAnchor.objects.get(purpose=purpose).certificate)
    cms, content = folder / "one.cms", folder / "one.bin"
    cms.write_bytes(bytes.fromhex(pdf[start + length : rest].strip(b"<>").decode()))
    content.write_bytes(pdf[start : start + length] + pdf[rest : rest + rest_length])
    command = (
        f"openssl cms -verify -inform DER -binary -purpose any -attime {int(at.timestamp()) + 1}"
        f" -in {cms} -content {content} -CAfile {root} -out /dev/null"
    )
    if purpose == "time_stamp":
        command = (
            f"openssl ts -verify -data {content} -in {cms} -token_in"
            f" -attime {int(at.timestamp()) + 1} -CAfile {root}"
        )
    run = subprocess.run(command.split(), capture_output=True, text=True, check=False)
    return f"{run.stderr} {run.stdout}".strip().lower()


@pytest.mark.django_db
@pytest.mark.clause("ND30.PL1.II.I")
def test_of_a_copy(house: House, committee: House, at: datetime, tmp_path: Path) -> None:
    document = issued(house, at, to=[committee])
    asked = ask_for_copy(document_id=document.id, wanted=EXTRACT, by=house.leader, at=at)
    made = make_copy(copy_id=asked.id, by=house.clerk, at=at)
    said = outside(blobs.read(made.file), tmp_path, at)
    assert len(said) == 2, "the agency's signature and the stamp over the file"
    assert all("successful" in one or "verification: ok" in one for one in said), said


@pytest.mark.django_db
@pytest.mark.clause("ND30.PL4")
def test_of_a_stamped_arrival(house: House, committee: House, at: datetime, tmp_path: Path) -> None:
    arrival = came(committee, house, at)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    stamp = stamp_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    said = outside(blobs.read(stamp.file), tmp_path, at)
    assert len(said) == 6, "three signatures and a stamp of the sender; ours, and a stamp over it"
    assert all("successful" in one or "verification: ok" in one for one in said), said
