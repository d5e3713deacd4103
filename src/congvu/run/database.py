"""The database for everybody who needs one: a share in a supervised server, or an outside one.

Whoever needs the database holds a share (a shared lock the kernel drops when the holder ends).
The first share starts the supervisor in the background; when the last is gone the supervisor
stops the server. So tests, the demo and single commands may use one cluster at the same time
and none of them can leave it running or stop it under the others.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from congvu.run.cluster import (
    DatabaseRefused,
    find_binaries,
    read_secrets,
)
from congvu.run.supervisor import (
    EXIT_ALREADY_SUPERVISED,
    EXIT_REFUSED,
    open_log,
    try_lock,
)

__all__ = ["Database", "DatabaseRefused", "ensure_database", "running_database", "var_folder"]

REPOSITORY = Path(__file__).resolve().parents[3]
BEAT = 0.05


@dataclass(frozen=True)
class Database:
    """Addresses of the database for its three roles.

    owner: migrations and tests (member of the two others); app: the web; jobs: the worker.
    """

    owner: str
    app: str
    jobs: str
    home: Path | None = None

    def url(self, role: str) -> str:
        """The address for "owner", "app" or "jobs"."""
        return {"owner": self.owner, "app": self.app, "jobs": self.jobs}[role]

    def environment(self, role: str) -> dict[str, str]:
        """What a child that works as this role gets in its environment."""
        return {"DATABASE_URL": self.url(role)}


def var_folder() -> Path:
    """The folder of everything this installation keeps: CONGVU_VAR, else var/ in the clone."""
    return Path(os.environ.get("CONGVU_VAR", REPOSITORY / "var")).resolve()


def outside_database() -> Database | None:
    """The server named by DATABASE_URL (and _OWNER, _JOBS), or None for the embedded one."""
    app = os.environ.get("DATABASE_URL")
    if not app:
        return None
    owner = os.environ.get("DATABASE_URL_OWNER", app)
    return Database(owner, app, os.environ.get("DATABASE_URL_JOBS", app))


def home_of(var: Path) -> Path:
    """Where the cluster of the binaries in use is kept; each major version has its own."""
    return var.resolve() / "postgres" / str(find_binaries().major)


@contextlib.contextmanager
def running_database(var: Path | None = None) -> Iterator[Database]:
    """A database that answers, for the length of the block.

    Raises DatabaseRefused with a Vietnamese text when it cannot be started.
    """
    outside = outside_database()
    if outside is not None:
        yield outside
        return
    home = home_of(var or var_folder())
    share = _take_share(home)
    try:
        yield _wait_until_it_answers(home)
    finally:
        os.close(share)
        _wait_for_the_stop(home)


_held: dict[Path, tuple[int, Database]] = {}


def ensure_database(var: Path | None = None) -> Database:
    """A database that answers until this process ends (for test sessions)."""
    outside = outside_database()
    if outside is not None:
        return outside
    home = home_of(var or var_folder())
    if home not in _held:
        share = _take_share(home)
        _held[home] = (share, _wait_until_it_answers(home))
    return _held[home][1]


def _take_share(home: Path) -> int:
    """Hold the server up. Waits while a supervisor is just bringing it down."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        share = os.open(home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise DatabaseRefused(
            f"Không ghi được vào {home}: thư mục thuộc về tài khoản khác. Hãy dùng đúng tài khoản "
            "đã khởi tạo hoặc đặt CONGVU_VAR tới thư mục khác."
        ) from error
    fcntl.flock(share, fcntl.LOCK_SH)
    return share


def _wait_until_it_answers(home: Path) -> Database:
    """Start a supervisor where there is none, then wait without limit while one lives.

    A server that answers without a supervisor is an orphan; the new supervisor replaces it.
    """
    supervisor: subprocess.Popen[bytes] | None = None
    while True:
        if _is_supervised(home) and (home / "ready").exists():
            found = _answering(home)
            if found is not None:
                return found
        if supervisor is None or supervisor.poll() is not None:
            _refuse_what_it_refused(home, supervisor)
            supervisor = None if _is_supervised(home) else _start_supervisor(home)
        time.sleep(BEAT)


def _answering(home: Path) -> Database | None:
    kept = read_secrets(home)
    if kept is None:
        return None
    found = Database(
        kept.url("congvu_owner"), kept.url("congvu_app"), kept.url("congvu_jobs"), home
    )
    with contextlib.suppress(psycopg.OperationalError):
        for url in (found.jobs, found.owner):
            with psycopg.connect(url, connect_timeout=5) as connection:
                connection.execute("SELECT 1")
        return found
    return None


def _is_supervised(home: Path) -> bool:
    lock = try_lock(home / "supervisor.lock")
    if lock is None:
        return True
    os.close(lock)
    return False


def _start_supervisor(home: Path) -> subprocess.Popen[bytes]:
    (home / "refusal.txt").unlink(missing_ok=True)
    log = open_log(home)
    try:
        # Its own session: ctrl-C belongs to us, the server goes down after its last user.
        return subprocess.Popen(
            [sys.executable, "-m", "congvu.run.supervisor", home],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(log)


def _refuse_what_it_refused(home: Path, supervisor: subprocess.Popen[bytes] | None) -> None:
    if supervisor is None or supervisor.returncode in (0, EXIT_ALREADY_SUPERVISED):
        return
    if supervisor.returncode == EXIT_REFUSED:
        raise DatabaseRefused((home / "refusal.txt").read_text("utf-8"))
    raise DatabaseRefused(
        f"Trình giám sát cơ sở dữ liệu dừng đột ngột (mã {supervisor.returncode}); "
        f"xem {home / 'server.log'}"
    )


def _wait_for_the_stop(home: Path) -> None:
    """Ours was the last share: wait until the server is down. Others hold one: leave at once."""
    while _is_supervised(home):
        lock = try_lock(home / "users.lock")
        if lock is not None:
            os.close(lock)
        elif _others_hold_a_share(home):
            return
        time.sleep(BEAT)


def _others_hold_a_share(home: Path) -> bool:
    """Told apart from the closing supervisor, whose lock is exclusive."""
    probe = os.open(home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(probe)
    return True
