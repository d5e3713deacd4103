"""An SMS aggregator in a thread, as strict as the descriptions: keys, RequestId once, its codes."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEYS = ("khoa-api", "khoa-bi-mat")


class Aggregator:
    """`took`: RequestId -> the order; `code`: answered instead, if set; `drop`: hangs up after."""

    def __init__(self, port: int) -> None:
        self.took: dict[str, dict[str, Any]] = {}
        self.calls = 0
        self.code = ""
        self.drop = False
        self.garbage = False
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = double.answer(json.loads(body))
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{port}/gui"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, asked: dict[str, Any]) -> bytes | None:
        """The bytes of the answer; None: the line breaks."""
        self.calls += 1
        if (asked["ApiKey"], asked["SecretKey"]) != KEYS:
            return b'{"CodeResult": "101", "ErrorMessage": "Authorize Failed"}'
        if self.code:
            return json.dumps({"CodeResult": self.code, "ErrorMessage": "loi"}).encode()
        if asked["RequestId"] in self.took:
            return b'{"CodeResult": "124", "ErrorMessage": "Duplicate RequestId"}'
        self.took[asked["RequestId"]] = asked
        if self.drop:
            return None
        if self.garbage:
            return b"<html>502</html>"
        number = len(self.took)
        return json.dumps({"CodeResult": "100", "SMSID": f"sms-{number}"}).encode()
