"""`python -m congvu.run.demo`: fill the database with the demonstration, and say who can sign in.

Only invented people; every account here exists in demonstration data alone. Filling twice changes
nothing. Refused on a production installation.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import django
import yaml

from congvu.kit import clock
from congvu.orgs.read_profile import entries, read_profile

PROFILE = "phu-yen-2022"
FILES = Path(__file__).resolve().parents[1] / "orgs" / "data"
ROLE_NAMES = {
    "inspector": "Kiểm tra, giám sát",
    "leader": "Lãnh đạo",
    "unit_head": "Trưởng đơn vị",
    "clerk": "Văn thư",
    "archivist": "Lưu trữ",
    "official": "Chuyên viên",
}


@dataclass(frozen=True)
class DemoAccount:
    """A line of the table that `make demo` prints. totp_secret: base32, for administrators."""

    role: str
    agency: str
    username: str
    password: str
    totp_secret: str = ""


def accounts() -> list[DemoAccount]:
    """Every demonstration account, in the order of the file; needs no database."""
    cast, agencies = read_cast(), _agency_names()
    lines = [
        DemoAccount(
            role=f"{one['title']} ({_role_name(one['roles'])})",
            agency=agencies[code],
            username=one["account"],
            password=cast["password"],
        )
        for code, people in cast["agencies"].items()
        for one in people
        if "account" in one
    ]
    keepers = [
        DemoAccount(
            role=f"Quản trị cơ quan ({one['name']})",
            agency=agencies[code],
            username=one["admin_account"],
            password=cast["password"],
            totp_secret=cast["totp_secret"],
        )
        for code, people in cast["agencies"].items()
        for one in people
        if "admin_account" in one
    ]
    admins = [
        DemoAccount(
            role="Quản trị hệ thống",
            agency="—",
            username=one["account"],
            password=cast["password"],
            totp_secret=cast["totp_secret"],
        )
        for one in cast["administrators"]
    ]
    return [*lines, *keepers, *admins]


def seed(at: datetime, names: Mapping[str, str] | None = None) -> None:
    """Fill a migrated database as of `at`; safe to do again.

    names: account -> full name, where a play needs another name than the invented one.
    """
    _rows().seed(at, names or {})


def read_cast() -> dict[str, Any]:
    """The parsed file of invented people."""
    written: dict[str, Any] = yaml.safe_load((FILES / "demo-2022.yaml").read_text("utf-8"))
    return written


def _role_name(roles: list[str]) -> str:
    return next(name for role, name in ROLE_NAMES.items() if role in roles)


def _agency_names() -> dict[str, str]:
    """Short names of the agencies with accounts, without asking the database."""
    tree = entries(read_profile(PROFILE))
    return {one.fields["code"]: one.fields["short_name"] for one in tree}


def _rows() -> Any:
    """The part that needs Django; this module must stay importable before it is set up."""
    return importlib.import_module("congvu.run.demo_rows")


def main() -> None:
    """Set Django up, fill, and say how long it took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congvu.settings")
    django.setup()
    began = time.monotonic()
    seed(clock.now())
    if importlib.import_module("congvu.run.demo_story").seed_documents(clock.now()):
        print("Văn bản trình diễn: đã tạo bằng chính các nghiệp vụ của hệ thống.", flush=True)
    if importlib.import_module("congvu.run.demo_mail").seed_mail(clock.now()):
        print("Thư công vụ trình diễn: đã có trong hộp thư của các tài khoản.", flush=True)
    importlib.import_module("congvu.run.demo_inbound").seed_inbound(clock.now())
    importlib.import_module("congvu.run.demo_texts").seed_texts(clock.now())
    importlib.import_module("congvu.run.demo_zalo").seed_zalo(clock.now())
    importlib.import_module("congvu.run.demo_bulk").seed_bulk(clock.now())
    print(f"Dữ liệu trình diễn: xong sau {time.monotonic() - began:.1f} giây.", flush=True)


if __name__ == "__main__":
    main()
