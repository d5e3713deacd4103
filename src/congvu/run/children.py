"""The child processes of `congvu up`: started, watched, started again, stopped together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LARGEST_LOG = 10 * 1024 * 1024
PATIENCE_AT_THE_END = 25.0
LONGEST_PAUSE = 30.0
PR_SET_PDEATHSIG = 1
# The workers of the worker process and the lanes (kit.jobs) each serves.
LANES_OF_WORKERS = {"prompt": ["now", "normal"], "bulk": ["bulk"]}


def die_with_parent() -> None:
    """In the child: get SIGTERM when the parent is killed, so that nothing is left behind.

    Linux only. Elsewhere a child of a killed parent notices when its database goes away.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process to keep alive. role: its name in messages and of its log file."""

    role: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None
    failures: int = 0
    start_again_at: float = 0.0
    started_at: float = 0.0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_name(f"{self.log.name}.1"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # Its own session: ctrl-C reaches us only, and we stop the children in order.
            self.running = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        finally:
            os.close(descriptor)
        self.started_at = time.monotonic()

    def is_alive(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def watch(self, say: Callable[[str], None]) -> None:
        """Start it again after a pause that grows while it keeps failing."""
        if self.running is None or self.is_alive():
            return
        now = time.monotonic()
        if not self.start_again_at:
            end_group(self.running.pid)
            self.failures = self.failures + 1 if now - self.started_at < 60 else 1
            pause = min(0.5 * 2**self.failures, LONGEST_PAUSE)
            self.start_again_at = now + pause
            say(
                f"{self.role} dừng đột ngột (mã {self.running.returncode}); "
                f"khởi động lại sau {pause:.0f} giây, xem {self.log}"
            )
        elif now >= self.start_again_at:
            self.start_again_at = 0.0
            self.start()


def end_group(pid: int) -> None:
    """Kill what a dead child has left behind in its session; it would hold the port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def stop_all(children: list[Child], say: Callable[[str], None]) -> None:
    """SIGTERM to all, wait until they have finished what they do, SIGKILL as the last means."""
    alive = [child.running for child in children if child.running and child.is_alive()]
    for running in alive:
        running.terminate()
    until = time.monotonic() + PATIENCE_AT_THE_END
    for running in alive:
        try:
            running.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"tiến trình {running.pid} không tự dừng, buộc dừng")
            running.kill()
            running.wait()
        end_group(running.pid)
