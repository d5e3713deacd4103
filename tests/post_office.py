"""Real Postfix servers on the loopback, each with its own folder: ours, and another province's.

Only root can start Postfix; `is_possible` says so and tests skip visibly elsewhere.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = {name}
mydestination =
alias_maps =
local_recipient_maps =
disable_dns_lookups = yes
smtp_host_lookup = native
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
transport_maps = inline:{{ {transports} }}
recipient_delimiter = +
lmtp_destination_recipient_limit = 1
minimal_backoff_time = 5s
queue_run_delay = 5s
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {home}/boxes
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"""


def is_possible() -> bool:
    """Whether Postfix is here and may be started."""
    return os.geteuid() == 0 and shutil.which("postfix") is not None


def free_port() -> int:
    """A port below the ephemeral ones that nobody uses; where the search begins is left to chance,
    so that test runs side by side do not all find the same one."""
    begin = secrets.randbelow(8000)
    for port in (21000 + (begin + step) % 8000 for step in range(8000)):
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) != 0:
                try:
                    line.close()
                    probe = socket.socket()
                    probe.bind(("127.0.0.1", port))
                    probe.close()
                except OSError:
                    continue
                return port
    raise RuntimeError("no port")


@dataclass
class PostOffice:
    """One Postfix: `transports` domain -> next hop, `boxes` address -> mailbox of its own."""

    name: str
    port: int
    transports: Mapping[str, str]
    boxes: Mapping[str, str]
    home: Path = Path()

    def start(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="congvu-post-"))
        self.home.chmod(0o755)
        owner = pwd.getpwnam("postfix")
        for folder in ("queue", "data", "boxes", "etc"):
            (self.home / folder).mkdir()
        os.chown(self.home / "data", owner.pw_uid, owner.pw_gid)
        os.chown(self.home / "boxes", owner.pw_uid, owner.pw_gid)
        domains = sorted({one.partition("@")[2] for one in self.boxes})
        values = {
            "home": self.home,
            "name": self.name,
            "uid": owner.pw_uid,
            "gid": owner.pw_gid,
            "transports": ", ".join(f"{{{key} = {hop}}}" for key, hop in self.transports.items()),
            "boxes": ", ".join(f"{{{key} = {box}/}}" for key, box in self.boxes.items()),
            "domains": " ".join(domains),
        }
        (self.home / "etc/main.cf").write_text(MAIN.format(**values))
        (self.home / "etc/master.cf").write_text(MASTER.format(port=self.port))
        done = self._postfix("start")
        assert done.returncode == 0, done.stdout + done.stderr
        until = time.monotonic() + 15
        while time.monotonic() < until:
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log())

    def stop(self) -> None:
        self._postfix("abort")
        shutil.rmtree(self.home, ignore_errors=True)

    def _postfix(self, word: str) -> subprocess.CompletedProcess[str]:
        words = ["postfix", "-c", str(self.home / "etc"), word]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    def log(self) -> str:
        place = self.home / "log"
        return place.read_text() if place.exists() else ""

    def mails(self, address: str) -> list[EmailMessage]:
        """What lies in a mailbox, the oldest first."""
        return [message_from_bytes(one, policy=policy.default) for one in self.raw(address)]

    def raw(self, address: str) -> list[bytes]:
        """The same, byte for byte."""
        folder = self.home / "boxes" / self.boxes[address] / "new"
        files = (
            sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime) if folder.exists() else []
        )
        return [one.read_bytes() for one in files]
