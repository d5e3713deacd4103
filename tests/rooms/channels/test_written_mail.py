"""The mail as it goes over the line: headers after RFC 3834, and the domain's own signature."""

from __future__ import annotations

import base64
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from congvu.channels.adapters.smtp_relay import written
from congvu.channels.types import Outgoing

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECRETS = {
    "domain": "phuyen.gov.vn",
    "dkim_selector": "cv",
    "dkim_key": KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode(),
}


def mail(**text: Any) -> bytes:
    said = {"subject": "Đã nhận", "text": "Đã nhận lúc 07:30.", "from_address": "snv@phuyen.gov.vn"}
    item = Outgoing(
        attempt_id=1,
        tracking="cv1-1-aaaaaaaaaaaa",
        address="dan@example.com",
        to_name="Nguyễn Văn Dân",
        text={**said, **text},
        purpose="reply",
        agency_id=1,
    )
    return written(item, SECRETS)


def published_key(name: bytes, timeout: int = 5) -> bytes:
    """What the domain's name server would answer."""
    assert name == b"cv._domainkey.phuyen.gov.vn."
    public = KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def test_anybody_can_check_that_the_domain_sent_it(at: datetime) -> None:
    content = mail()
    assert dkim.verify(content, dnsfunc=published_key)
    assert not dkim.verify(content.replace(b"snv@", b"ubd@"), dnsfunc=published_key)


@pytest.mark.clause("QC.9.2.a")
def test_an_automatic_answer_says_that_it_is_one(at: datetime) -> None:
    read = message_from_bytes(mail(is_automatic=True, in_reply_to="<1@x>"), policy=policy.default)
    assert read["Auto-Submitted"] == "auto-replied"
    assert read["X-Auto-Response-Suppress"] == "All"
    assert (read["In-Reply-To"], read["References"]) == ("<1@x>", "<1@x>")
    assert read["Message-ID"] == "<cv1-1-aaaaaaaaaaaa@phuyen.gov.vn>"
    assert read.get_content().strip() == "Đã nhận lúc 07:30."


def test_a_line_break_in_a_name_makes_no_header(at: datetime) -> None:
    read = message_from_bytes(mail(subject="Chào\r\nBcc: ai-do@example.com"), policy=policy.default)
    assert read["Bcc"] is None
    assert read["Subject"] == "Chào Bcc: ai-do@example.com"
