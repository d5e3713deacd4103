"""A real Dovecot on the loopback in a folder of its own: a province's IMAP server, fed by LMTP."""

from __future__ import annotations

import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
instance_name = {name}
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Lu
default_login_user = dovenull
default_internal_user = dovecot
first_valid_uid = 1
mail_location = maildir:{home}/boxes/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/boxes/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service stats {{
  client_limit = 1000
}}
"""


def is_possible() -> bool:
    """Whether Dovecot is here and may be started."""
    return os.geteuid() == 0 and shutil.which("dovecot") is not None


@dataclass
class MailStore:
    """One Dovecot: `users` address -> password."""

    imap: int
    lmtp: int
    users: Mapping[str, str]
    home: Path = Path()

    def start(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="congvu-dovecot-"))
        self.home.chmod(0o755)
        owner = pwd.getpwnam("nobody")
        for folder in ("run", "state", "boxes"):
            (self.home / folder).mkdir(mode=0o755)
        os.chown(self.home / "boxes", owner.pw_uid, owner.pw_gid)
        lines = [f"{one}:{{PLAIN}}{secret}" for one, secret in self.users.items()]
        (self.home / "users").write_text("\n".join(lines) + "\n")
        values = {
            "home": self.home,
            "name": self.home.name,
            "uid": owner.pw_uid,
            "gid": owner.pw_gid,
            "imap": self.imap,
            "lmtp": self.lmtp,
        }
        (self.home / "dovecot.conf").write_text(CONFIGURATION.format(**values))
        # The daemon keeps what it was given as its output: a pipe would never end.
        with (self.home / "start").open("wb") as said:
            words = ["dovecot", "-c", str(self.home / "dovecot.conf")]
            done = subprocess.run(words, stdout=said, stderr=said, check=False)
        assert done.returncode == 0, (self.home / "start").read_text()
        until = time.monotonic() + 15
        while time.monotonic() < until:
            if all(_answers(port) for port in (self.imap, self.lmtp)):
                return
            time.sleep(0.1)
        raise AssertionError(self.log())

    def stop(self) -> None:
        """Only our own: doveadm finds it by its folder."""
        words = ["doveadm", "-c", str(self.home / "dovecot.conf"), "stop"]
        subprocess.run(words, capture_output=True, check=False)
        shutil.rmtree(self.home, ignore_errors=True)

    def log(self) -> str:
        place = self.home / "log"
        return place.read_text() if place.exists() else ""

    def put(self, address: str, mail: EmailMessage, sender: str = "dan@khanhhoa.example") -> None:
        """Hand a mail over by LMTP, as the province's own server does."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as line:
            line.send_message(mail, from_addr=sender, to_addrs=[address])

    def forget(self, address: str) -> None:
        """A server that was set up again: the same mails under another UIDVALIDITY."""
        for one in (self.home / "boxes" / address).glob("dovecot*"):
            shutil.rmtree(one) if one.is_dir() else one.unlink()

    def flags(self, address: str) -> list[str]:
        """Names of the files of the mailbox: Maildir writes the flags behind ":2,"."""
        box = self.home / "boxes" / address
        return sorted(one.name for folder in ("new", "cur") for one in (box / folder).glob("*"))


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
