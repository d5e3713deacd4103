"""The same conversation with a real ClamAV daemon, where one is installed: its own signature file,
no download."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from congvu.kit.virus_scan import ScanVerdict, scan
from letters import small_pdf

PROGRAM = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
pytestmark = [
    pytest.mark.clause("S.31"),
    pytest.mark.skipif(PROGRAM is None, reason="cần clamav-daemon"),
]
BAD = small_pdf(7)
CONFIG = """
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/signatures
Foreground yes
LogFile {folder}/clamd.log
StreamMaxLength 2M
User {user}
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A daemon that knows one bad file by its hash."""
    folder = Path("/tmp") / f"clamd-{tmp_path_factory.mktemp('c').name}-{time.monotonic_ns()}"
    (folder / "signatures").mkdir(parents=True)
    line = f"{hashlib.md5(BAD).hexdigest()}:{len(BAD)}:Thu.Nghiem\n"
    (folder / "signatures" / "own.hdb").write_text(line)
    config = folder / "clamd.conf"
    config.write_text(CONFIG.format(folder=folder, user=Path.home().owner()))
    running = subprocess.Popen(
        [str(PROGRAM), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    socket = folder / "clamd.sock"
    for _ in range(150):
        if socket.exists() or running.poll() is not None:
            break
        time.sleep(0.1)
    yield str(socket)
    running.terminate()
    running.wait(10)
    shutil.rmtree(folder)


def test_it_says_clean_infected_and_nothing_past_its_limit(daemon: str, settings: Any) -> None:
    settings.CLAMD = daemon
    assert scan(small_pdf()) == (ScanVerdict.CLEAN, "")
    verdict, what = scan(BAD)
    assert verdict is ScanVerdict.INFECTED
    assert what.startswith("Thu.Nghiem")
    assert scan(b"%PDF-" + b"\0" * (4 << 20))[0] is ScanVerdict.DOWN, "too large is no verdict"
    settings.CLAMD = ""
