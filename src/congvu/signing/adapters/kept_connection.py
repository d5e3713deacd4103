"""One kept HTTP connection to a service, with limits on time and size (RFC 3161, OCSP, CRL).

Only addresses that an administrator configured, or that stand in certificates registered here, are
ever asked; redirects are not followed.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from congvu.kit.outside import go_out

TIMEOUT_SECONDS = 10.0  # of silence
LONGEST_SECONDS = 20.0  # of a whole answer


class Unanswered(Exception):
    """The service did not answer as it should; the text says how, without addresses or secrets."""


@dataclass(frozen=True)
class Call:
    """What to send; `sends` and `wants` are MIME types, `most` the largest answer in bytes."""

    method: str
    path: str
    body: bytes | None = None
    sends: str = ""
    wants: str = ""
    most: int = 1 << 16
    authorization: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers of this call."""
        said = {
            "Accept": self.wants,
            "Content-Type": self.sends,
            "Authorization": self.authorization,
        }
        return {name: value for name, value in said.items() if value}


class KeptConnection:
    """A connection that is made once and used again; a broken one is made anew, once a call."""

    def __init__(self, address: str, timeout: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Unanswered("địa chỉ không phải http hoặc https")
        self.path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._is_secure = parts.scheme == "https"
        self._host, self._port, self._timeout = parts.hostname, parts.port, timeout
        self._connection: http.client.HTTPConnection | None = None
        self._lock = threading.Lock()

    def ask(self, call: Call) -> bytes:
        """The body of a 200 answer; Unanswered for everything else."""
        go_out()
        with self._lock:
            is_fresh = self._connection is None
            try:
                return self._ask(call)
            except (OSError, http.client.HTTPException) as fault:
                self.close()
                if is_fresh or isinstance(fault, TimeoutError):
                    raise Unanswered(_words(fault)) from fault
            try:  # the other side had closed the kept connection meanwhile
                return self._ask(call)
            except (OSError, http.client.HTTPException) as fault:
                self.close()
                raise Unanswered(_words(fault)) from fault

    def close(self) -> None:
        """Forget the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, call: Call) -> bytes:
        connection = self._opened()
        with _given_up_after(connection, LONGEST_SECONDS):
            connection.request(call.method, call.path, body=call.body, headers=call.headers)
            answer = connection.getresponse()
            body = answer.read(call.most + 1)
        if len(body) > call.most:
            self.close()
            raise Unanswered("câu trả lời quá lớn")
        if answer.status != http.client.OK:
            raise Unanswered(f"mã trả lời {answer.status}")
        return body

    def _opened(self) -> http.client.HTTPConnection:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._is_secure else http.client.HTTPConnection
            self._connection = kind(self._host, self._port, timeout=self._timeout)
        return self._connection


@contextmanager
def _given_up_after(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """A service that drips its answer never trips the time limit of one read: it is hung up on."""
    is_late = threading.Event()
    if connection.sock is None:
        connection.connect()
    line = connection.sock  # the connection forgets it where the answer ends it

    def hang_up() -> None:
        is_late.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(seconds, hang_up)
    clock.daemon = True
    clock.start()
    try:
        yield
    except (OSError, http.client.HTTPException):
        if not is_late.is_set():
            raise
    finally:
        clock.cancel()
    if is_late.is_set():
        raise TimeoutError


def _words(fault: Exception) -> str:
    return "quá thời gian chờ" if isinstance(fault, TimeoutError) else "không kết nối được"
