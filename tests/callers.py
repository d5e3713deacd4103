"""Callers that never give up: a mail server and an official, each repeats until it is taken."""

from __future__ import annotations

import http.client
import smtplib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings

from cast import House
from congvu.channels.send_sms import SmsForm, preview_sms
from staff import client_for

BOX = "snv@phuyen.gov.vn"
PAUSE = 0.1
CSRF = "k" * 32


class Caller(threading.Thread):
    """Hands one thing after another over, each again until it is taken, until told to stop.

    `taken`: numbers of what was taken; `repeated`: how often it had to come again.
    """

    def __init__(self, hand_over: Callable[[int], bool]) -> None:
        super().__init__(daemon=True)
        self.hand_over = hand_over
        self.taken: list[int] = []
        self.repeated = 0
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            number = len(self.taken)
            while not self._try(number):
                self.repeated += 1
                time.sleep(PAUSE)
            self.taken.append(number)
            time.sleep(PAUSE)

    def _try(self, number: int) -> bool:
        try:
            return self.hand_over(number)
        except (OSError, smtplib.SMTPException, http.client.HTTPException):
            return False

    def stop(self) -> int:
        """Ends with what is at hand; gives how many were taken."""
        self.stopping.set()
        self.join(60)
        assert not self.is_alive(), "what was handed over last is never taken"
        return len(self.taken)


def mail_server(port: int) -> Callable[[int], bool]:
    """Hands mails to the edge, one a connection; 250 and nothing else is taken."""

    def hand_over(number: int) -> bool:
        sender = writer(number)
        mail = (
            f"From: {sender}\r\nTo: {BOX}\r\nSubject: Hoi thu tuc {number}\r\n"
            f"Message-ID: <{number}@example.com>\r\n\r\nToi muon hoi thu tuc {number}.\r\n"
        )
        with smtplib.LMTP("127.0.0.1", port, timeout=20) as line:
            return line.sendmail(sender, [BOX], mail.encode()) == {}

    return hand_over


def writer(number: int) -> str:
    """Who wrote the mail."""
    return f"dan{number}@example.com"


def phone_of(number: int) -> str:
    """To whom the official writes, as the provider knows it."""
    return f"8498{number:07d}"


@dataclass
class Official:
    """Writes texts on the web, each form with a key of its own: repeated, it stays the same."""

    cookie: str
    port: int
    seals: dict[int, str]

    def fields(self, number: int) -> dict[str, str]:
        """The form as it is posted."""
        form = _form(number)
        return {
            "phones": form.phones,
            "text": form.text,
            "kind": form.kind,
            "marks": "0",
            "basis": form.basis,
            "key": form.key,
            "seal": self.seals[number],
            "step": "send",
            "csrfmiddlewaretoken": CSRF,
        }

    def __call__(self, number: int) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request("POST", "/tin-nhan/soan/", urlencode(self.fields(number)), self._headers())
            answer = line.getresponse()
            assert answer.status in {302, 500, 503}, answer.read().decode()[:3000]
            return answer.status == 302
        finally:
            line.close()

    def _headers(self) -> dict[str, str]:
        cookies = {settings.SESSION_COOKIE: self.cookie, settings.CSRF_COOKIE_NAME: CSRF}
        return {
            "Host": f"127.0.0.1:{self.port}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        }


def official_at(house: House, port: int, at: datetime, most: int = 4000) -> Official:
    """The clerk, who has seen the previews of so many texts."""
    client = client_for(house.clerk.posting_id or 0, at)
    form = _form(0)
    seen = preview_sms(form, by=house.clerk, at=at)
    seals = {}
    for number in range(most):
        text = seen.measured.text.replace(form.text, _form(number).text)
        measured = replace(seen.measured, text=text)
        seals[number] = replace(seen, numbers=(phone_of(number),), measured=measured).seal
    return Official(client.cookies[settings.SESSION_COOKIE].value, port, seals)


def _form(number: int) -> SmsForm:
    return SmsForm(
        phones=f"0{phone_of(number)[2:]}",
        text=f"Ho so {number} da co ket qua.",
        kind="care",
        with_marks=False,
        basis="QC.5.5",
        sender="",
        key=f"mau-don-{number:012}",
    )
