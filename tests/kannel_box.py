"""Kannel from Debian with a configuration of its own: bearerbox and smsbox on private ports."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

CONF = """
group = core
admin-port = {admin}
admin-password = thu
smsbox-port = {inner}
log-file = "{folder}/bearerbox.log"
log-level = 0
box-allow-ip = "127.0.0.1"
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = SMSC
host = 127.0.0.1
port = {smsc}
transceiver-mode = true
smsc-username = kannel
smsc-password = thu
system-type = ""
msg-id-type = 0x00
reconnect-delay = 1
enquire-link-interval = 30

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {inner}
sendsms-port = {http}
sendsms-interface = "127.0.0.1"
log-file = "{folder}/smsbox.log"
log-level = 0
mo-recode = true
http-request-retry = 5
http-queue-delay = 1

group = sendsms-user
username = congvu
password = bi-mat
max-messages = 10
concatenation = true
omit-empty = true

group = sms-service
keyword = default
catch-all = true
get-url = "{callback}?from=%p&to=%P&text=%b&id=%I&charset=%C"
max-messages = 0
omit-empty = true
"""


def is_possible() -> bool:
    """Whether both programs are here."""
    return bool(shutil.which("bearerbox") and shutil.which("smsbox"))


class KannelBox:
    """Both boxes, bound to an SMSC on `smsc`, calling back to `callback`."""

    def __init__(self, folder: Path, *, ports: tuple[int, int, int], smsc: int, callback: str):
        self.folder = folder
        admin, inner, self.http = ports
        self.conf = folder / "kannel.conf"
        self.conf.write_text(
            CONF.format(
                admin=admin,
                inner=inner,
                http=self.http,
                smsc=smsc,
                folder=folder,
                callback=quote(callback, safe=":/?=&"),
            )
        )
        self.boxes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        self._run("bearerbox", lambda: "(gw/bb_boxc.c:smsboxc_run)" in self._heard())
        self._run("smsbox", lambda: _listens(self.http) and "Client connected" in self._heard())

    def _heard(self) -> str:
        log = self.folder / "bearerbox.log"
        return log.read_text("utf-8", "replace") if log.exists() else ""

    def _run(self, program: str, is_ready: Callable[[], bool]) -> None:
        with (self.folder / f"{program}.out").open("wb") as out:
            self.boxes.append(
                subprocess.Popen(
                    [program, "-v", "4", str(self.conf)],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    cwd=self.folder,
                )
            )
        self._until(is_ready)

    def _until(self, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < until and self.boxes[-1].poll() is None, self.log()
            time.sleep(0.1)

    def stop(self) -> None:
        for one in reversed(self.boxes):
            one.terminate()
        for one in self.boxes:
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def log(self) -> str:
        """The end of what both said."""
        files = sorted(self.folder.glob("*box.*"))
        return "\n".join(
            f"{one.name}:\n{one.read_text('utf-8', 'replace')[-2500:]}" for one in files
        )


def _listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
