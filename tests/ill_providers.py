"""Providers that are away, slow, or answer what nobody can read; each keeps a book of what it took.

`journal`: the names of what it took, in order: RequestId, the tracking in Kannel's report address,
Zalo's text, the Message-ID of a mail. `says`: answered instead of what is right; `pause`: seconds
before it answers at all.
"""

from __future__ import annotations

import json
import re
import socketserver
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class IllHttp:
    """`name_of` finds the name in a call (path, body); `right` is the answer of a well one."""

    def __init__(
        self, port: int, name_of: Callable[[str, bytes], str], right: tuple[int, bytes]
    ) -> None:
        self.port, self.name_of, self.right = port, name_of, right
        self.journal: list[str] = []
        self.says: bytes | None = None
        self.pause = 0.0
        self.server: ThreadingHTTPServer | None = None
        self.url = f"http://127.0.0.1:{port}"

    def open(self) -> None:
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                double.journal.append(double.name_of(self.path, body))
                time.sleep(double.pause)
                status, answer = double.right if double.says is None else (200, double.says)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST

            def log_message(self, *words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


class IllRelay:
    """A mail server that speaks well until the end of the data."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.journal: list[str] = []
        self.says: bytes | None = None
        self.pause = 0.0
        self.server: socketserver.ThreadingTCPServer | None = None

    def open(self) -> None:
        double = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 double ESMTP\r\n")
                while line := self.rfile.readline():
                    word = line[:4].upper().strip()
                    if word == b"QUIT":
                        return
                    if word != b"DATA":
                        self.wfile.write(b"250 ok\r\n")
                        continue
                    self.wfile.write(b"354 go on\r\n")
                    content = b""
                    while not content.endswith(b"\r\n.\r\n"):
                        content += self.rfile.readline()
                    found = re.search(rb"^Message-ID: <(.+?)@", content, re.M)
                    double.journal.append(found[1].decode() if found else "?")
                    time.sleep(double.pause)
                    if double.says is not None:
                        self.wfile.write(double.says)
                        return
                    self.wfile.write(b"250 2.0.0 ok: queued as 1\r\n")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

            def handle_error(self, *words: Any) -> None:
                pass

        self.server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    close = IllHttp.close


def request_id(path: str, body: bytes) -> str:
    """An aggregator's call."""
    return str(json.loads(body)["RequestId"])


def report_tracking(path: str, body: bytes) -> str:
    """Kannel's call: our tracking stands in the address for its reports."""
    report = parse_qs(urlsplit(path).query)["dlr-url"][0]
    return parse_qs(urlsplit(report).query)["tracking"][0]


def zalo_text(path: str, body: bytes) -> str:
    """A consultation message of Zalo."""
    return str(json.loads(body)["message"]["text"])
