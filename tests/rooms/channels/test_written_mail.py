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


def test_a_server_that_carries_seven_bits_leaves_the_signature_whole(at: datetime) -> None:
    """Vietnamese in seven bits: nobody on the way has to write it anew."""
    long = "Kính gửi Ông, hồ sơ đã được tiếp nhận đầy đủ. " * 60
    for text in ("Đã nhận.\n\nTrân trọng.", long, ".\nMột dấu chấm đứng riêng."):
        content = mail(text=text)
        content.decode("ascii")
        assert max(map(len, content.split(b"\r\n"))) <= 998
        assert dkim.verify(content, dnsfunc=published_key)
        read = message_from_bytes(content, policy=policy.default)
        assert read.get_content().replace("\r\n", "\n").strip() == text.strip()


def test_a_mail_without_a_name_is_answered_without_a_thread(at: datetime) -> None:
    for name in ("", "sha256-0a1b", "<a@b>\r\nBcc: x@y.vn", "<a b@c>"):
        read = message_from_bytes(mail(in_reply_to=name), policy=policy.default)
        assert (read["In-Reply-To"], read["References"], read["Bcc"]) == (None, None, None)


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
