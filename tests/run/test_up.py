"""`congvu up`: healthy before it says so, alone on its folder, and gone without a trace."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from congvu.run.cluster import free_port

UP = [sys.executable, "-m", "congvu.run.cli", "up"]


class Running:
    """A started system: its folder, port and process."""

    def __init__(self, var: Path) -> None:
        self.var, self.port = var, free_port()
        own = {"CONGVU_VAR": str(var), "CONGVU_PORT": str(self.port), "CONGVU_WEB_WORKERS": "1"}
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_URL", "CONGVU"))}
        self.environment = {**kept, **own}
        self.main = subprocess.Popen(
            UP, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def lines(self) -> Iterator[str]:
        assert self.main.stdout is not None
        return iter(self.main.stdout)

    def status(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/suc-khoe/")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def processes(self) -> set[int]:
        """Every living process whose environment or command names this system's folder."""
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                said = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                if str(self.var).encode() in said:
                    found.add(int(entry.name))
        return found - {os.getpid()}

    def child(self, word: str) -> int:
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parent = (entry / "status").read_text().split("PPid:")[1].split()[0]
                if int(parent) == self.main.pid and word in (entry / "cmdline").read_text():
                    return int(entry.name)
        return 0


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    var = Path(tempfile.mkdtemp(prefix="congvu-up-"))
    var.chmod(0o755)
    running = Running(var)
    try:
        said = []
        for line in running.lines():
            said.append(line)
            if "Ctrl-C" in line:
                break
        assert running.main.poll() is None, "".join(said)
        yield running
    finally:
        running.main.kill()
        running.main.wait()
        for pid in running.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(var, ignore_errors=True)


def test_it_answers_when_it_says_it_is_ready(system: Running) -> None:
    assert system.status() == 200


def test_a_second_start_is_told_where_the_first_one_runs(system: Running) -> None:
    second = subprocess.run(UP, env=system.environment, capture_output=True, text=True)
    assert second.returncode == 1
    assert f"đang chạy trên thư mục này tại http://127.0.0.1:{system.port}" in second.stderr
    assert str(json.loads((system.var / "up.json").read_text())["pid"]) in second.stderr
    assert system.status() == 200


def test_a_taken_port_is_named_before_anything_starts(system: Running, tmp_path: Path) -> None:
    other = {**system.environment, "CONGVU_VAR": str(tmp_path)}
    second = subprocess.run(UP, env=other, capture_output=True, text=True)
    assert second.returncode == 1
    assert f"Cổng {system.port} đã có chương trình khác dùng" in second.stderr
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize("word", ["granian", "run.worker"])
def test_a_killed_child_comes_back(system: Running, word: str) -> None:
    killed = system.child(word)
    assert killed
    os.kill(killed, signal.SIGKILL)
    while system.child(word) in (0, killed) or system.status() != 200:
        assert system.main.poll() is None
        time.sleep(0.1)


def test_one_ctrl_c_stops_everything(system: Running) -> None:
    system.main.send_signal(signal.SIGINT)
    assert system.main.wait() == 0
    assert "Đã dừng." in "".join(system.lines())
    assert system.processes() == set()
    assert system.status() == 0


def test_after_the_stop_it_starts_again_and_a_kill_leaves_nothing(system: Running) -> None:
    again = Running(system.var)
    for line in again.lines():
        if "Ctrl-C" in line:
            break
    assert again.status() == 200
    again.main.kill()
    again.main.wait()
    while again.processes():
        time.sleep(0.1)
