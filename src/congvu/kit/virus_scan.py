"""Ask a ClamAV daemon about a file (INSTREAM): the bytes go over a socket and are never on disk.

`CONGVU_CLAMD` is "host:port" or the path of its socket; empty: no scanner (S.31).
"""

from __future__ import annotations

import socket
import struct
from enum import StrEnum

from django.conf import settings

PIECE = 1 << 18
SECONDS = 60.0


class ScanVerdict(StrEnum):
    """What the scanner says. DOWN: it gave no answer, which is never taken for "clean"."""

    CLEAN = "clean"
    INFECTED = "infected"
    DOWN = "down"
    ABSENT = "absent"


def scan(content: bytes) -> tuple[ScanVerdict, str]:
    """The verdict on these bytes, and the name of what was found ("" for nothing)."""
    if not settings.CLAMD:
        return ScanVerdict.ABSENT, ""
    try:
        said = _asked(content)
    except OSError:
        return ScanVerdict.DOWN, ""
    if said.endswith("OK"):
        return ScanVerdict.CLEAN, ""
    if said.endswith("FOUND"):
        return ScanVerdict.INFECTED, said.removeprefix("stream:").removesuffix("FOUND").strip()
    return ScanVerdict.DOWN, ""  # "INSTREAM size limit exceeded", "ERROR": no verdict is no verdict


def _asked(content: bytes) -> str:
    with _connected() as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        said = b""
        while not said.endswith(b"\0") and (more := line.recv(4096)):
            said += more
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected() -> socket.socket:
    place: str = settings.CLAMD
    if place.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        line.connect(place)
        return line
    host, _, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
