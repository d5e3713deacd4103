"""`make test`: everything that proves the system, in one run; the last words are pytest's.

Programs of the system that the tests need are installed with apt by root; for anybody else the
missing ones are named. Under CI=true a missing program is a failure. Words given to this script
go to pytest: python scripts/test.py tests/rules
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
BIN = REPOSITORY / ".venv/bin"
IN_CI = os.environ.get("CI") == "true"
# program: Debian package
PROGRAMS = {
    "chromium": "chromium",
    "pdfsig": "poppler-utils",
    "qpdf": "qpdf",
    "openssl": "openssl",
    "tesseract": "tesseract-ocr",
    "dovecot": "dovecot-imapd",
    "postfix": "postfix",
    "softhsm2-util": "softhsm2",
    "bearerbox": "kannel",
}
# What a program needs beside itself: a file that shows it, and its package.
BESIDE = {
    Path("/usr/share/tesseract-ocr/5/tessdata/vie.traineddata"): "tesseract-ocr-vie",
    Path("/usr/lib/dovecot/lmtp"): "dovecot-lmtpd",
}
DEBIAN_POSTGRES = Path("/usr/lib/postgresql/15/bin")
# Files are dealt out to as many runners as there are cores, each with a database of its own.
RUNNERS = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile"]
SLOWEST = ["--durations=25", "--durations-min=5"]  # told at the end: where the time of a run goes
STEPS = (
    ("cách viết", ["ruff", "check", "src", "tests", "scripts"]),
    ("định dạng", ["ruff", "format", "--check", "src", "tests", "scripts"]),
    ("kiểu", ["mypy"]),
    ("các tầng", ["lint-imports"]),
    ("điều khoản", ["congvu", "clauses"]),
    ("bảng dữ liệu", ["congvu", "manage", "makemigrations", "--check", "--dry-run"]),
)


def main() -> int:
    os.chdir(REPOSITORY)
    missing = provide()
    if missing and IN_CI:
        print(f"Thiếu chương trình cần cho kiểm thử: {', '.join(missing)}", file=sys.stderr)
        return 1
    words = sys.argv[1:]
    failed = [] if words else [title for title, command in STEPS if not passes(title, command)]
    if failed:
        print(f"\nKHÔNG ĐẠT: {', '.join(failed)} (xem ở trên)", file=sys.stderr)
        return 1
    if IN_CI and not words and not on_debian_postgres():
        return 1
    heading("kiểm thử trên PostgreSQL 18 đi kèm")
    return pytest(words, {})


def provide() -> list[str]:
    """Install what is missing when we are root; return what is missing still."""
    packages = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    packages += [package for place, package in BESIDE.items() if not place.exists()]
    if IN_CI and not DEBIAN_POSTGRES.exists():
        packages.append("postgresql-15")
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        install(packages)
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    missing += [str(place) for place in BESIDE if not place.exists()]
    if IN_CI and not DEBIAN_POSTGRES.exists():
        missing.append(str(DEBIAN_POSTGRES))
    if missing:
        print(f"Thiếu: {', '.join(missing)}. Kiểm thử nào cần chúng sẽ được bỏ qua và ghi rõ.")
        print(f"Trên Debian: sudo apt-get install {' '.join(packages)}")
    return missing


def install(packages: list[str]) -> None:
    heading(f"cài {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if "postgresql-15" in packages:
        # Only the programs are wanted: Debian must not make and start a cluster of its own.
        settings = Path("/etc/postgresql-common/createcluster.conf")
        if not settings.exists():
            settings.parent.mkdir(parents=True, exist_ok=True)
            settings.write_text("create_main_cluster = false\n")
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", "-o", "Dpkg::Options::=--force-confold"]
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run([*apt, *words], env=quiet, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{done.stdout[-2000:]}{done.stderr[-2000:]}", file=sys.stderr)
            return


def heading(text: str) -> None:
    print(f"\n== {text}", flush=True)


def passes(title: str, command: list[str]) -> bool:
    heading(f"{title}: {' '.join(command)}")
    return subprocess.run([str(BIN / command[0]), *command[1:]]).returncode == 0


def pytest(words: list[str], extra: dict[str, str]) -> int:
    """Without DATABASE_URL of the surroundings: the suite uses a server of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE_URL")}
    command = [str(BIN / "python"), "-m", "pytest", "-q", *SLOWEST, *RUNNERS, *words]
    return subprocess.run(command, env={**environment, **extra}).returncode


def on_debian_postgres() -> bool:
    """The floors that talk to the database once more on the oldest server we promise (15)."""
    heading("các phòng trên PostgreSQL 15 của Debian")
    floors = [
        name for name in ("tests/rooms", "tests/journeys", "tests/run") if Path(name).exists()
    ]
    return pytest(floors, {"PG_BIN": str(DEBIAN_POSTGRES)}) == 0


if __name__ == "__main__":
    sys.exit(main())
