"""A running system of real processes, as `congvu up` plans them, for tests that kill its parts."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import bulk_provider
from congvu.run.children import Child, stop_all
from congvu.run.cluster import free_port
from congvu.run.database import Database
from congvu.run.up import plan
from workers import own_environment

PATIENCE = 300.0


@dataclass
class System:
    """`children` by role: web, worker (with the provider that writes down), mail."""

    children: dict[str, Child]
    ports: dict[str, int]

    def start(self, role: str) -> None:
        """Start it, and wait until it listens."""
        self.children[role].start()
        port = self.ports.get(role)
        until(lambda: port is None or _listens(port))

    def kill(self, role: str) -> None:
        """SIGKILL to all processes of it at once."""
        running = self.children[role].running
        assert running is not None
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


@contextmanager
def running(database: Database, folder: Path, *roles: str) -> Iterator[System]:
    """These roles of the system on this database; what they said is shown when the test fails."""
    ports = {"web": free_port(), "mail": free_port()}
    base = {**own_environment(), "PYTHONPATH": str(Path(__file__).parent)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONGVU_LMTP_PORT", str(ports["mail"]))
        base["CONGVU_LMTP_PORT"] = str(ports["mail"])
        planned = plan(database, base, "127.0.0.1", ports["web"], folder)
    system = System({one.role: one for one in planned if one.role in roles}, ports)
    if "worker" in roles:
        system.children["worker"].command = [sys.executable, bulk_provider.__file__]
    try:
        for role in roles:
            system.start(role)
        yield system
    finally:
        stop_all(list(system.children.values()), sys.stderr.write)
        for one in system.children.values():
            sys.stderr.write(f"{one.role}:\n{one.log.read_text('utf-8')[-4000:]}\n")


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def until(holds: Callable[[], object]) -> None:
    """Wait for it, but not for ever."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < PATIENCE, "it does not happen"
        time.sleep(0.1)
