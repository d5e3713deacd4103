"""One call to Zalo: TLS, no redirects, limits on time and size; tokens never in a log or exception.

Zalo answers HTTP 200 whatever happens: `error` in the body decides. What the line did is told as
`Trouble`: whether the request may have arrived, and whether the platform itself is down.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

OAUTH, API = "https://oauth.zaloapp.com", "https://openapi.zalo.me"
BUSINESS = "https://business.openapi.zalo.me"
FILE_HOSTS = ("zalo.me", "zdn.vn", "zadn.vn", "zaloapp.com", "dlfl.vn")
SECONDS = 12.0
MOST_BYTES = 1_000_000
PIECE = 65_536


class Trouble(Exception):
    """No usable answer. `may_have_arrived`: the request was on its way when the line broke."""

    def __init__(self, said: str, *, may_have_arrived: bool, is_down: bool) -> None:
        super().__init__(said)
        self.said, self.may_have_arrived, self.is_down = said, may_have_arrived, is_down


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token is sent to the address that was configured, and to no other."""

    def redirect_request(self, *words: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects())


def address_of(secrets: Mapping[str, Any], family: str) -> str:
    """The base address of a family of calls; configured ones go before Zalo's own."""
    known = {"oauth": OAUTH, "api": API, "business": BUSINESS}
    given = secrets.get(f"{family}_url") or settings.ZALO_PLATFORM
    return str(given or known[family]).rstrip("/")


def file_hosts(secrets: Mapping[str, Any]) -> tuple[str, ...]:
    """From where files that people sent may be fetched."""
    double = urlsplit(settings.ZALO_PLATFORM).netloc
    return tuple(secrets.get("file_hosts") or ((double,) if double else FILE_HOSTS))


def post_json(address: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """POST a JSON object; the answered object."""
    content = json.dumps(body, ensure_ascii=False).encode()
    return _object(_call(address, content, {"Content-Type": "application/json", **headers}))


def post_form(address: str, body: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    """POST a form; the answered object."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return _object(_call(address, urlencode(body).encode(), {**kind, **headers}))


def get_json(address: str, asked: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    """GET with a query; the answered object."""
    return _object(_call(f"{address}?{urlencode(asked)}", None, headers))


def get_file(address: str, hosts: tuple[str, ...], most: int) -> bytes:
    """A file that a person sent, from a host of the list only; ValueError for any other."""
    if not is_allowed(address, hosts):
        raise ValueError("Địa chỉ tệp không thuộc máy chủ của Zalo.")
    return _call(address, None, {}, most=most)


def is_allowed(address: str, hosts: tuple[str, ...]) -> bool:
    """https on a host of the list or below it; "127.0.0.1:8030" (with its port) also by http."""
    parts = urlsplit(address)
    if parts.netloc in hosts and ":" in parts.netloc:
        return parts.scheme in {"http", "https"}
    name = (parts.hostname or "").lower()
    is_below = any(name == host or name.endswith(f".{host}") for host in hosts)
    return parts.scheme == "https" and is_below and parts.port in {None, 443}


def _call(
    address: str, content: bytes | None, headers: Mapping[str, str], most: int = MOST_BYTES
) -> bytes:
    asked = urllib.request.Request(  # noqa: S310 (configured, or looked at by is_allowed)
        address, data=content, headers=dict(headers), method="GET" if content is None else "POST"
    )
    began = time.monotonic()
    try:
        with _OPENER.open(asked, timeout=SECONDS) as answer:
            return _bounded(answer, began, most)
    except urllib.error.HTTPError as refused:
        with refused:
            said, is_down = f"Zalo trả lời HTTP {refused.code}.", refused.code >= 500
            # 503 says that nothing was done; any other fault of the server says nothing.
            unsure = is_down and refused.code != 503
            raise Trouble(said, may_have_arrived=unsure, is_down=is_down) from None
    except urllib.error.URLError:  # the request itself could not be brought over
        said = "Không kết nối được với Zalo."
        raise Trouble(said, may_have_arrived=False, is_down=True) from None
    except (OSError, HTTPException, ValueError):
        said = "Zalo ngắt kết nối trước khi trả lời."
        raise Trouble(said, may_have_arrived=True, is_down=True) from None


def _bounded(answer: Any, began: float, most: int) -> bytes:
    """A service that drips or floods is given up."""
    read = bytearray()
    while piece := answer.read1(PIECE):
        read += piece
        if len(read) > most:
            raise Trouble("Câu trả lời quá lớn.", may_have_arrived=True, is_down=False)
        if time.monotonic() - began > SECONDS:
            raise TimeoutError
    return bytes(read)


def _object(read: bytes) -> dict[str, Any]:
    try:
        found = json.loads(read)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        said = "Zalo trả lời không đúng cách thức đã công bố."
        raise Trouble(said, may_have_arrived=True, is_down=False)
    return found
