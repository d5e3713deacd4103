"""What a mail says of itself is heard, and what it says in somebody else's name is not."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from congvu.channels.adapters.mail_reading import read

EDGE = "mail.phuyen.gov.vn"
HEADERS = "From: dan@example.com\r\nTo: snv@phuyen.gov.vn\r\nSubject: Hoi\r\n"
RECEIPT = (
    "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\r\n\r\n"
    "--x\r\nContent-Type: text/plain\r\n\r\nYour message displayed on 1/3 was deleted.\r\n"
    "--x\r\nContent-Type: message/disposition-notification\r\n\r\n"
    "Original-Message-ID: <cv1f-1-aaaaaaaaaaaa@phuyen.gov.vn>\r\n"
    "Disposition: manual-action/MDN-sent-manually; {what}\r\n--x--\r\n"
)


def said_of(mail: str) -> dict[str, Any]:
    options = {"own": [], "roles": [], "trusted": EDGE, "envelope_from": "dan@example.com"}
    return read(BytesIO(mail.encode()), options)


@pytest.mark.clause("S.32")
def test_the_edges_word_stands_above_one_that_came_with_the_mail() -> None:
    words = "Authentication-Results: {}; dmarc={}\r\n"
    forged = said_of(words.format(EDGE, "fail") + words.format(EDGE, "pass") + HEADERS + "\r\nA")
    assert forged["facts"]["is_forged"] is True
    stranger = said_of(words.format("mx.example.net", "fail") + HEADERS + "\r\nA")
    assert stranger["facts"]["is_forged"] is False


@pytest.mark.clause("QC.8.2.b")
@pytest.mark.parametrize(
    ("what", "kinds"), [("displayed", ["seen"]), ("processed", ["seen"]), ("deleted", [])]
)
def test_only_a_letter_that_was_opened_is_seen(what: str, kinds: list[str]) -> None:
    told = said_of(HEADERS + RECEIPT.format(what=what))["reports"]
    assert [one["kind"] for one in told] == kinds
