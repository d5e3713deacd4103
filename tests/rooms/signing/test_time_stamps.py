"""Time-stamps over HTTP (RFC 3161): one kept connection, and no answer believed that is not ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import tsp

from congvu.signing.adapters import cms
from congvu.signing.adapters.stamp_answer import AnswerForm
from congvu.signing.adapters.tsa_http import HttpStamper
from congvu.signing.ports import TimeStampUnavailable
from pki import NOW, TestPki, serving

pytestmark = pytest.mark.clause("TT41", "S.54")
DIGEST = hashlib.sha256("chữ ký".encode()).digest()


def test_a_token_of_the_service_is_over_our_digest_and_one_connection_serves(
    pki: TestPki,
) -> None:
    stamper = HttpStamper(pki.stamp_address())
    before = pki.server.connections
    stamps = [stamper.stamp(DIGEST, NOW) for _ in range(3)]
    assert pki.server.connections == before + 1
    assert pki.asked == ["POST /tinh/tsa/tsa"] * 3
    for stamp in stamps:
        said = asn1_cms.ContentInfo.load(stamp.token)["content"]["encap_content_info"]["content"]
        assert said.parsed["message_imprint"]["hashed_message"].native == DIGEST
        assert stamp.chain[0] == pki.der("tsa")


def test_a_connection_that_was_closed_meanwhile_is_made_anew(pki: TestPki) -> None:
    stamper = HttpStamper(pki.stamp_address())
    stamper.stamp(DIGEST, NOW)
    assert stamper.connection._connection is not None
    stamper.connection._connection.sock.close()
    assert stamper.stamp(DIGEST, NOW).token


def test_a_service_that_is_down_or_absent_says_so(pki: TestPki) -> None:
    pki.is_down = True
    with pytest.raises(TimeStampUnavailable, match="503"):
        HttpStamper(pki.stamp_address()).stamp(DIGEST, NOW)
    with pytest.raises(TimeStampUnavailable, match="không kết nối được"):
        HttpStamper("http://127.0.0.1:9/").stamp(DIGEST, NOW)


def test_user_and_password_are_sent_and_never_told(pki: TestPki) -> None:
    seen: list[str] = []

    def program(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.append(environ.get("HTTP_AUTHORIZATION", ""))
        start("401 Unauthorized", [])
        return [b""]

    with serving(program) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        with pytest.raises(TimeStampUnavailable) as refused:
            HttpStamper(address, user="ubnd", password="bí-mật").stamp(DIGEST, NOW)
    assert seen[0].startswith("Basic ")
    assert "mật" not in str(refused.value) and "ubnd" not in str(refused.value)


@dataclass(frozen=True)
class Answer:
    """An answer of a time-stamper that may be wrong in one way."""

    said: cms.TimeStampContent
    who: str = "tsa"
    status: str = "granted"
    key: str = ""

    def der(self, pki: TestPki) -> bytes:
        chain, content = pki.chain(self.who), self.said.der()
        attributes = cms.time_stamp_attributes(chain[0], content)
        raw = pki.sign_digest(self.key or self.who, hashlib.sha256(attributes).digest())
        token = asn1_cms.ContentInfo.load(cms.time_stamp_token(chain, content, attributes, raw))
        body: dict[str, Any] = {"status": {"status": self.status}}
        if self.status == "granted":
            body["time_stamp_token"] = token
        return bytes(AnswerForm(body).dump())


WRONG: list[tuple[str, Callable[[Answer], Answer], str]] = [
    ("rejected", lambda one: replace(one, status="rejection"), "từ chối"),
    ("digest", lambda one: replace(one, said=replace(one.said, digest=b"0" * 32)), "tệp đã gửi"),
    ("nonce", lambda one: replace(one, said=replace(one.said, nonce=1)), "câu hỏi"),
    ("no_nonce", lambda one: replace(one, said=replace(one.said, nonce=None)), "câu hỏi"),
    ("late", lambda one: replace(one, said=replace(one.said, at=NOW + timedelta(hours=1))), "lệch giờ"),
    ("early", lambda one: replace(one, said=replace(one.said, at=NOW - timedelta(hours=1))), "lệch giờ"),
    ("not_a_stamper", lambda one: replace(one, who="agency"), "nơi cấp"),
    ("other_key", lambda one: replace(one, key="agency"), "chữ ký không đúng"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG]
)
def test_a_wrong_answer_is_refused(
    pki: TestPki, change: Callable[[Answer], Answer], said: str
) -> None:
    def program(environ: dict[str, Any], start: Any) -> list[bytes]:
        asked = tsp.TimeStampReq.load(environ["wsgi.input"].read())
        right = cms.TimeStampContent(
            "1.2.3.4",
            asked["message_imprint"]["hashed_message"].native,
            7,
            NOW,
            asked["nonce"].native,
        )
        start("200 OK", [("Content-Type", "application/timestamp-reply")])
        return [change(Answer(right)).der(pki)]

    with serving(program) as server:
        stamper = HttpStamper(f"http://127.0.0.1:{server.server_port}/")
        with pytest.raises(TimeStampUnavailable, match=said):
            stamper.stamp(DIGEST, NOW)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\x30\x80", b"\x30\x03\x02\x01\x00", b"0" * 70_000]
)
def test_what_is_no_answer_at_all_is_refused(body: bytes) -> None:
    def program(_: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        return [body]

    with serving(program) as server:
        stamper = HttpStamper(f"http://127.0.0.1:{server.server_port}/")
        with pytest.raises(TimeStampUnavailable):
            stamper.stamp(DIGEST, NOW)
