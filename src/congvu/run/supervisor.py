"""The supervisor of the embedded PostgreSQL: `python -m congvu.run.supervisor HOME`.

It runs `postgres` as its direct child in the foreground, so that waitpid and not a PID file
tells whether the server lives; it starts it again after a crash, once every process of the
dead server is gone; it stops when nobody holds a share in the database any more. Locks are
flocks: the kernel drops them however a process ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import psycopg

from congvu.run.cluster import (
    SUPERUSER,
    Cluster,
    DatabaseRefused,
    Secrets,
    find_binaries,
    found_roles,
    free_port,
    port_is_free,
    read_secrets,
    settle,
    write_secrets,
)

EXIT_ALREADY_SUPERVISED = 3
EXIT_REFUSED = 4
BEAT = 0.2
LONGEST_PAUSE = 15.0
# A server that was never ready is given up after this many tries (some seconds); one
# that has been ready before is started again for ever.
TRIES_BEFORE_FIRST_READY = 6
LARGEST_LOG = 10 * 1024 * 1024
MEGABYTE = 1024 * 1024


def try_lock(path: Path) -> int | None:
    """Take the exclusive lock of a file without waiting: its descriptor, or None."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


class Supervisor:
    """One server's life. `serve` returns when nobody needs the server any more."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cluster: Cluster = settle(home, find_binaries())
        self.was_ready = False
        self.failures = 0
        self.stop_asked = False
        self.closing: int | None = None
        self.child: subprocess.Popen[bytes] | None = None

    def serve(self) -> None:
        """Keep the server running until the last share is given back or we are told to stop."""
        while not self._nobody_needs_it():
            self._wait_for_leftovers()
            self.child = self._start()
            self._watch(self.child)
            if self.child.poll() is None:
                break
            self._after_a_crash(self.child.returncode)
        self._stop()

    def ask_to_stop(self, signum: int, frame: FrameType | None) -> None:
        """SIGTERM and SIGINT: leave the loop at the next beat."""
        self.stop_asked = True

    def _nobody_needs_it(self) -> bool:
        """True once the exclusive lock on the shares is ours; it is kept until we exit.

        A newcomer then waits for its share until the server is down and starts a new one.
        """
        if self.closing is None and not self.stop_asked:
            self.closing = try_lock(self.home / "users.lock")
        return self.stop_asked or self.closing is not None

    def _secrets(self) -> Secrets:
        kept = read_secrets(self.home)
        if kept is None:
            raise DatabaseRefused(f"Thiếu tệp {self.home}/database.json; cần khôi phục từ sao lưu.")
        return kept

    def _start(self) -> subprocess.Popen[bytes]:
        kept = self._secrets()
        if not port_is_free(kept.port):
            kept.port = free_port()
            write_secrets(self.home, kept)
        said(f"starting postgres {self.cluster.binaries.version} on port {kept.port}")
        command = [
            self.cluster.binaries.folder / "postgres",
            *("-D", self.cluster.data),
            *(part for setting in server_settings(kept.port) for part in ("-c", setting)),
        ]
        child: subprocess.Popen[bytes] = subprocess.Popen(
            command,
            env=self.cluster.environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            **self.cluster.identity(),  # type: ignore[call-overload]
        )
        return child

    def _watch(self, child: subprocess.Popen[bytes]) -> None:
        """Return when the server died, or lives and is not needed any more.

        There is no limit on the time until it answers: recovery takes as long as it takes.
        """
        ready = False
        while child.poll() is None and not self._nobody_needs_it():
            if not ready and self._answers():
                found_roles(self._secrets())
                ready = self.was_ready = True
                self.failures = 0
                (self.home / "ready").touch()
                said("ready")
            time.sleep(BEAT)

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            url = self._secrets().url(SUPERUSER, "postgres")
            with psycopg.connect(url, connect_timeout=5) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
                return row is not None and Path(row[0]) == self.cluster.data
        return False

    def _after_a_crash(self, code: int) -> None:
        self.failures += 1
        (self.home / "ready").unlink(missing_ok=True)
        said(f"postgres ended by itself with code {code}, failure {self.failures} in a row")
        if not self.was_ready and self.failures >= TRIES_BEFORE_FIRST_READY:
            raise DatabaseRefused(
                f"PostgreSQL không khởi động được sau {self.failures} lần; "
                f"nguyên nhân ghi ở cuối tệp {self.home / 'server.log'}"
            )
        until = time.monotonic() + min(0.1 * 2**self.failures, LONGEST_PAUSE)
        while time.monotonic() < until and not self.stop_asked:
            time.sleep(0.05)

    def _stop(self) -> None:
        """SIGINT is PostgreSQL's fast stop; its last checkpoint may take any time."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
            self.child.wait()
        said("stopped")

    def _wait_for_leftovers(self) -> None:
        """Wait until no process of an earlier server of these data lives.

        A postmaster that survived its supervisor is told to stop; backends that survived their
        postmaster end by themselves. A PID file without any such process is left over from a
        crash or a reboot: PostgreSQL could take a stranger with the same number for it.
        """
        told: set[int] = set()
        while leftovers := processes_in(self.cluster.data):
            postmaster = _postmaster_pid(self.cluster.data)
            if postmaster in leftovers and postmaster not in told:
                said(f"stopping the postmaster {postmaster} of an earlier supervisor")
                os.kill(postmaster, signal.SIGINT)
                told.add(postmaster)
            time.sleep(BEAT)
        if Path("/proc/self/cwd").exists():
            (self.cluster.data / "postmaster.pid").unlink(missing_ok=True)


def server_settings(port: int) -> list[str]:
    """What we set besides PostgreSQL's own defaults; only the loopback is listened on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    buffers = max(64 * MEGABYTE, min(memory // 16, 512 * MEGABYTE)) // MEGABYTE
    return [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "password_encryption=scram-sha-256",
        f"shared_buffers={buffers}MB",
        "max_connections=120",
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
        "logging_collector=off",
        # A failed statement may hold personal data or a password: the log names the error only.
        "log_min_error_statement=panic",
        "log_parameter_max_length_on_error=0",
    ]


def processes_in(folder: Path) -> set[int]:
    """Living processes that work in this folder; PostgreSQL's work in their data directory.

    Empty where there is no /proc: there PostgreSQL's own checks have to do.
    """
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry / "cwd") == str(folder) and not _is_zombie(entry):
                found.add(int(entry.name))
    return found


def _is_zombie(entry: Path) -> bool:
    found = re.search(r"^State:\s+(\w)", (entry / "status").read_text(), re.MULTILINE)
    return found is not None and found[1] == "Z"


def _postmaster_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None


def said(text: str) -> None:
    """One line in server.log, where postgres itself writes too."""
    print(f"supervisor {os.getpid()}: {text}", flush=True)


def open_log(home: Path) -> int:
    """The log of supervisor and server, started anew when it has become large."""
    log = home / "server.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(home / "server.log.1")
    return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def main() -> int:
    home = Path(sys.argv[1])
    mine = try_lock(home / "supervisor.lock")
    if mine is None:
        return EXIT_ALREADY_SUPERVISED
    # Left by a killed supervisor; its orphaned server may even still answer.
    (home / "ready").unlink(missing_ok=True)
    log = open_log(home)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        supervisor = Supervisor(home)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, supervisor.ask_to_stop)
        supervisor.serve()
    except DatabaseRefused as refusal:
        said(f"refused: {refusal}")
        (home / "refusal.txt").write_text(str(refusal), "utf-8")
        return EXIT_REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
