"""The double as a process of the demonstration: `python -m congvu.run.zalo.demo PORT`.

Started by `congvu demo`; what it knows (tokens, conversations) lies beside the demonstration's
data and is there again after a restart. Invented people only.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

from congvu.run.zalo.platform import ZaloDouble
from congvu.run.zalo.rows import Bond, Citizen, Line, Oa, Template
from congvu.run.zalo.server import running

APP_ID, OA_ID = "1000000000000000001", "2601234567890123456"
# Of the double alone: they open nothing but this process.
APP_SECRET, OA_SECRET = "bi-mat-cua-zalo-gia-lap", "bi-mat-oa-cua-zalo-gia-lap-trinh-dien"
CALLBACK, HOOK = "/tai-khoan-zalo/cap-quyen/", "/api/kenh/zalo/{provider_id}/"
CITIZENS = {
    "7700000000000000001": ("Nguyễn Thị An", "84905111222"),
    "7700000000000000002": ("Trần Văn Bé", "84905333444"),
}
TEMPLATE = ("7001", {"ma_ho_so": 100, "ngay": 100})
PLAIN = ("access", "refresh", "tracking", "uploads", "articles")
KEPT_EVERY = 2.0


def new_double(address: str) -> ZaloDouble:
    """The demonstration's platform: one account, two citizens, one approved template."""
    double = ZaloDouble(
        app_id=APP_ID, app_secret=APP_SECRET, oa_secret=OA_SECRET, redirect=address + CALLBACK
    )
    double.oas[OA_ID] = Oa("Sở Nội vụ")
    double.citizens = {key: Citizen(*one) for key, one in CITIZENS.items()}
    double.templates[TEMPLATE[0]] = Template(OA_ID, dict(TEMPLATE[1]))
    return double


def keep(double: ZaloDouble, place: Path) -> None:
    """Write down what must be there after a restart."""
    said: dict[str, Any] = {name: getattr(double, name) for name in PLAIN}
    said["spent"] = sorted(double.spent)
    said["citizens"] = {key: asdict(one) for key, one in double.citizens.items()}
    fresh = place.with_suffix(".fresh")
    fresh.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    fresh.replace(place)


def remember(double: ZaloDouble, place: Path) -> None:
    """What was there before the restart, if anything."""
    if not place.exists():
        return
    said = json.loads(place.read_text("utf-8"))
    for name in PLAIN:
        getattr(double, name).update(said[name])
    for tokens in (double.access, double.refresh):
        tokens.update({key: (one[0], one[1]) for key, one in tokens.items()})
    double.spent = set(said["spent"])
    for key, one in said["citizens"].items():
        bonds = {oa: Bond(**bond) for oa, bond in one["bonds"].items()}
        lines = {oa: [Line(**line) for line in found] for oa, found in one["lines"].items()}
        double.citizens[key] = Citizen(one["name"], one["phone"], bonds, lines)


def main() -> int:
    """Serve until SIGTERM."""
    port, provider_id = int(sys.argv[1]), int(sys.argv[2])
    address = os.environ["CONGVU_ADDRESS"].rstrip("/")
    place = Path(os.environ["CONGVU_VAR"]) / "zalo-double.json"
    double = new_double(address)
    remember(double, place)
    ended = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    hook = address + HOOK.format(provider_id=provider_id)
    with running(double, port=port, hook=hook):
        while not ended.wait(KEPT_EVERY):
            keep(double, place)
    keep(double, place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
