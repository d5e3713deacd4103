"""Whatever a service answers, the process that asked lives and says what it has."""

from __future__ import annotations

import http.server
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from authorities import Stranger, authority, root
from congvu.kit.sandbox import Limits
from congvu.signing.adapters import kept_connection, revocation_http, tsa_http
from congvu.signing.adapters.kept_connection import Call, KeptConnection, Unanswered
from congvu.signing.adapters.revocation_http import HttpRevocation
from congvu.signing.adapters.tsa_http import HttpStamper
from congvu.signing.ports import TimeStampUnavailable
from pki import NOW, TestPki

pytestmark = pytest.mark.clause("S.31", "QC.10.3")
DIGEST = bytes(range(32))
LINES = 150_000


def nested(depth: int) -> bytes:
    """Sequences in sequences, as deep as 64 KB allow: a parser that recurses falls over."""
    inner = b""
    for _ in range(depth):
        size = len(inner)
        length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
        inner = b"\x30" + length + inner
    return inner


HOSTILE: dict[str, bytes] = {
    "nested": nested(16_000),
    "endless": b"\x30\x80" * 30_000,
    "huge length": b"\x30\x84\xff\xff\xff\xff" + b"\x00" * 1000,
    "random": os.urandom(60_000),
    "half": b"\x30\x82\x20\x00\x30\x03\x02\x01\x00\x30\x82\x10\x00",
    "zeros": bytes(60_000),
}


@contextmanager
def answering(speak: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A service on this machine that answers as `speak` does; gives its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            speak(self)

        def do_GET(self) -> None:
            speak(self)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def saying(body: bytes) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def speak(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return speak


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_time_stamper_that_answers_anything_is_no_danger(body: bytes) -> None:
    with answering(saying(body)) as address, pytest.raises(TimeStampUnavailable, match="định dạng"):
        HttpStamper(address).stamp(DIGEST, NOW)


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_authority_that_answers_anything_tells_nothing(
    pki: TestPki, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(saying(body)) as address:
        for where in ("_answer_addresses", "_list_addresses"):
            monkeypatch.setattr(revocation_http, where, lambda one: [address])
        found = HttpRevocation().gather(
            pki.chain("leader"), [pki.der("root")], [], moment=NOW, at=NOW
        )
    assert (found.standing, found.evidence.lists, found.evidence.answers) == ("no_list", (), ())


def test_a_list_too_long_to_judge_with_is_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Correctly signed, and one second to find a serial among all its lines."""
    leaf = authority("Người ký", above=root(), is_authority=False)
    monkeypatch.setattr(revocation_http, "_LIMITS", Limits(cpu_seconds=1, wall_seconds=8.0))
    with answering(saying(_long_list(LINES))) as address:
        monkeypatch.setattr(revocation_http, "_list_addresses", lambda one: [address])
        began = time.monotonic()
        found = HttpRevocation().gather([leaf.der], [root().der], [], moment=NOW, at=NOW)
    assert len(found.evidence.lists) == 1
    assert found.standing == "no_list", "never a dead worker"
    assert time.monotonic() - began < 30


def test_an_ordinary_list_is_read_in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    leaf = authority("Người ký", above=root(), is_authority=False)
    for lines, standing in ((_long_list(50), "good"), (_long_list(1, leaf), "revoked")):
        with answering(saying(lines)) as address:
            monkeypatch.setattr(revocation_http, "_list_addresses", lambda one, at=address: [at])
            found = HttpRevocation().gather([leaf.der], [root().der], [], moment=NOW, at=NOW)
        assert found.standing == standing


def test_an_answer_that_drips_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_connection, "LONGEST_SECONDS", 1.0)

    def drip(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass

    with answering(drip) as address:
        began = time.monotonic()
        with pytest.raises(Unanswered, match="quá thời gian"):
            KeptConnection(address).ask(Call("GET", "/"))
        assert time.monotonic() - began < 5


def test_an_answer_without_end_is_cut() -> None:
    flood = saying(bytes(tsa_http.MOST_BYTES + 1))
    with answering(flood) as address, pytest.raises(TimeStampUnavailable, match="quá lớn"):
        HttpStamper(address).stamp(DIGEST, NOW)


def _long_list(many: int, leaf: Stranger | None = None) -> bytes:
    one = x509.RevokedCertificateBuilder().revocation_date(NOW - timedelta(days=1))
    serials = [leaf.certificate.serial_number] if leaf else range(1, many + 1)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root().certificate.subject)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=1))
    )
    # One after another through the builder would copy the whole list each time.
    builder._revoked_certificates.extend(one.serial_number(each).build() for each in serials)
    return builder.sign(root().key, hashes.SHA256()).public_bytes(Encoding.DER)
