"""Make the clone ready to run: environment, packages, the program itself, front-end files.

    python3 scripts/bootstrap.py          what `make demo` and `make run` need
    python3 scripts/bootstrap.py dev      that, and what `make test` needs

Needs only Python 3.11 or newer and network access to package indexes. Packages come from the
hash locks, by uv when it can be had, else by pip. Done once; a stamp makes the next time fast.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin/python"
STAMP = VENV / "congvu-stamp.json"
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
OLDEST_PYTHON = (3, 11)


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "run"
    if sys.version_info < OLDEST_PYTHON:
        raise SystemExit(
            f"Cần Python từ bản 3.11; {sys.executable} là bản {sys.version.split()[0]}. "
            "Hãy cài bản mới hơn rồi chạy: make PYTHON=python3.11 demo"
        )
    with only_one():
        make_environment()
        install_packages(wanted)
        install_program()
        step([str(PYTHON), "scripts/frontend.py"])


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two set-ups at once take turns; the second then finds everything done."""
    place = REPOSITORY / "var"
    place.mkdir(exist_ok=True)
    with open(place / "setup.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  Đang có một lần cài đặt khác, chờ xong ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def step(command: list[str]) -> None:
    done = subprocess.run(command, cwd=REPOSITORY)
    if done.returncode != 0:
        raise SystemExit(f"Không thành công (mã {done.returncode}): {' '.join(command)}")


def make_environment() -> None:
    """A virtual environment of our own; one made by another Python is made anew."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if runs(PYTHON) and known().get("python", version) == version:
        return
    print("  Tạo môi trường Python (.venv) ...", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True
    )
    if done.returncode != 0:
        raise SystemExit(
            f"Không tạo được môi trường Python:\n{done.stdout}{done.stderr}\n"
            "Trên Debian và Ubuntu cần gói python3-venv (apt-get install python3-venv)."
        )
    note(python=version)


def runs(python: Path) -> bool:
    try:
        return subprocess.run([python, "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def known() -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return kept


def note(**facts: str) -> None:
    STAMP.write_text(json.dumps({**known(), **facts}, indent=1))


def install_packages(wanted: str) -> None:
    """Exactly the locked packages, each checked against its hash. The dev lock holds all."""
    marks = {name: digest(REPOSITORY / lock) for name, lock in LOCKS.items()}
    if known().get(wanted) == marks[wanted]:
        return
    lock = LOCKS[wanted]
    print(f"  Cài các gói trong {lock} ...", flush=True)
    if not by_uv(lock):
        step([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock])
    note(**(marks if wanted == "dev" else {"run": marks["run"]}))


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def by_uv(lock: str) -> bool:
    """Install with uv, several times faster. uv reads no pip configuration: it may well fail."""
    uv = VENV / "bin/uv"
    if not uv.exists():
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes"]
        pip += ["-r", "scripts/locks/uv.lock"]
        if subprocess.run(pip, cwd=REPOSITORY, capture_output=True).returncode != 0:
            return False
    command = [str(uv), "pip", "install", "--quiet", "--require-hashes"]
    command += ["--python", str(PYTHON), "-r", lock]
    # The certificates of this machine, as pip uses them, not a list of uv's own.
    trust = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1", **os.environ}
    done = subprocess.run(command, cwd=REPOSITORY, env=trust, capture_output=True, text=True)
    if done.returncode != 0:
        print("  uv không cài được, dùng pip ...", flush=True)
    return done.returncode == 0


def install_program() -> None:
    """A path file and a command instead of an editable install: no build tool is downloaded."""
    packages = next((VENV / "lib").glob("python3*")) / "site-packages"
    write_when_new(packages / "congvu.pth", f"{REPOSITORY / 'src'}\n")
    command = VENV / "bin/congvu"
    write_when_new(
        command,
        "#!/bin/sh\n"
        f"'''exec' '{PYTHON}' \"$0\" \"$@\"\n"
        "' '''\n"
        "import sys\n\nfrom congvu.run.cli import main\n\nsys.exit(main())\n",
    )
    command.chmod(0o755)


def write_when_new(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
