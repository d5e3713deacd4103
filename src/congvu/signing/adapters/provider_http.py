"""One JSON call to a remote signing service: TLS, no redirects, at most 15 seconds and 1 MB.

What goes wrong is told as RemoteTrouble, in words for the signer; neither the request (it carries
the client's secret) nor the answer's text stands in an exception or a log.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from congvu.kit.outside import go_out
from congvu.signing.ports import Provider, RemoteAsk, RemoteTrouble

SECONDS = 15.0
MOST_BYTES = 1_000_000
PIECE = 65_536
log = logging.getLogger("congvu.signing")
UNREADABLE = "Dịch vụ ký số trả lời không đúng cách thức đã công bố."


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A secret is sent to the address that the administrator wrote, and to no other."""

    def redirect_request(self, *words: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects())


def post(
    provider: Provider,
    path: str,
    body: Mapping[str, Any],
    *,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """POST a JSON object and give the answered one; a bare list is given as {"items": […]}."""
    go_out()
    asked = urllib.request.Request(  # noqa: S310  (the scheme was looked at when it was entered)
        provider.base_url.rstrip("/") + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"}
        | dict(headers or {}),
        method="POST",
    )
    began = time.monotonic()
    try:
        with _OPENER.open(asked, timeout=SECONDS) as answer:
            read = _bounded(answer, began)
    except urllib.error.HTTPError as refused:
        with refused:
            log.warning("signing service %s: %s answered %s", provider.id, path, refused.code)
            raise _of_status(refused.code) from None
    except (OSError, HTTPException, ValueError) as fault:
        log.warning("signing service %s: %s: %s", provider.id, path, type(fault).__name__)
        raise RemoteTrouble("Không kết nối được với dịch vụ ký số.", is_passing=True) from None
    return _object(read) if read else {}  # a bare "done" (204)


def _bounded(answer: Any, began: float) -> bytes:
    """A service that drips or floods is given up."""
    read = bytearray()
    while piece := answer.read1(PIECE):
        read += piece
        if len(read) > MOST_BYTES:
            raise RemoteTrouble(UNREADABLE)
        if time.monotonic() - began > SECONDS:
            raise TimeoutError
    return bytes(read)


def _of_status(status: int) -> RemoteTrouble:
    if status in (401, 403):
        said = "Dịch vụ ký số không nhận mã khách hàng, mật khẩu ứng dụng hoặc người dùng này."
        return RemoteTrouble(said, status=status)
    if status in (408, 425, 429) or status >= 500:
        said = f"Dịch vụ ký số đang bận hoặc gặp lỗi (HTTP {status})."
        return RemoteTrouble(said, is_passing=True, status=status)
    return RemoteTrouble(f"Dịch vụ ký số không nhận yêu cầu (HTTP {status}).", status=status)


def _object(read: bytes) -> dict[str, Any]:
    try:
        found = json.loads(read)
    except (ValueError, RecursionError):
        raise RemoteTrouble(UNREADABLE) from None
    found = {"items": found} if isinstance(found, list) else found
    if not isinstance(found, dict):
        raise RemoteTrouble(UNREADABLE)
    return found


def text(found: Mapping[str, Any], name: str) -> str:
    """A text of the answer that must be there."""
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise RemoteTrouble(UNREADABLE)
    return value


def listed(found: Mapping[str, Any], name: str) -> list[Any]:
    """A list of the answer that must be there."""
    value = found.get(name)
    if not isinstance(value, list):
        raise RemoteTrouble(UNREADABLE)
    return value


def binary(written: object) -> bytes:
    """Base64 as services write it: with line breaks, sometimes without its padding."""
    if not isinstance(written, str):
        raise RemoteTrouble(UNREADABLE)
    plain = "".join(written.split())
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise RemoteTrouble(UNREADABLE) from None


def in_order(ask: RemoteAsk, given: list[Any]) -> dict[str, bytes]:
    """Signatures that come in the order of their hashes: by our names of the documents."""
    if len(given) != len(ask.hashes):
        raise RemoteTrouble(UNREADABLE)
    return {
        one.document_id: binary(written) for one, written in zip(ask.hashes, given, strict=True)
    }


def written_hash(provider: Provider, digest: bytes) -> str:
    """The hash in the writing that this service reads."""
    return digest.hex() if provider.hashes == "hex" else base64.b64encode(digest).decode()
