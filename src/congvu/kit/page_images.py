"""Pictures of the pages of kept files, drawn once in the sandbox and then remembered on disk.

A picture is a derivative: the file itself is never touched, and the folder of pictures may be
emptied at any time. Of a restricted file none is remembered. Who may see a page is decided by the
caller.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from congvu.kit import blobs
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited

DRAWING_LIMITS = Limits(cpu_seconds=5, wall_seconds=20.0, memory_bytes=1 << 30)
WIDTHS = (300, 900, 1240, 1800)  # pixels; others are rounded up, so that few are kept


def page_image(sha256: str, number: int, width: int) -> bytes | None:
    """Page `number` (from 1) of a kept PDF as PNG, about `width` pixels wide.

    None when there is no such page, the file is lost, or it cannot be drawn within the limits.
    """
    width = next((known for known in WIDTHS if known >= width), WIDTHS[-1])
    if not 1 <= number <= 100_000:
        return None
    place = _folder() / sha256[:2] / f"{sha256}-{number}-{width}.png"
    is_remembered = not blobs.is_restricted(sha256)
    if is_remembered and place.is_file():
        return place.read_bytes()
    try:
        picture: bytes = run_limited(
            "congvu.kit.page_drawing:draw_page",
            blobs.payload(sha256),
            options={"page": number, "width": width},
            limits=DRAWING_LIMITS,
        )
    except (SandboxFailure, FileNotFoundError):
        return None
    if picture and is_remembered:
        _remember(place, picture)
    return picture or None


def forget_pages(sha256: str) -> None:
    """Delete the remembered pictures of a file, as when it becomes restricted."""
    for place in (_folder() / sha256[:2]).glob(f"{sha256}-*"):
        place.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.VAR) / "page-images"


def _remember(place: Path, picture: bytes) -> None:
    # Two requests may draw the same page: the rename makes either result whole.
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    fresh.write_bytes(picture)
    fresh.replace(place)
