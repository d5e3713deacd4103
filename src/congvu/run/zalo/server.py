"""The double behind HTTP: `running(double)` serves on a port; a thread hands the webhooks over.

Pages: `/v4/oa/permission` is where the administrator of an OA allows the application,
`/dien-thoai/` are the citizens' telephones. Everything else is the API.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from congvu.run.zalo import phone
from congvu.run.zalo.platform import ANSWER_WITHIN, ZaloDouble
from congvu.run.zalo.rows import Refused

SLOW_SECONDS = 20.0
BEAT = 0.2
Sender = Callable[[str, dict[str, Any]], dict[str, Any]]


def _posts(double: ZaloDouble) -> dict[str, Sender]:
    return {
        "/v3.0/oa/message/cs": lambda oa, body: double.send(oa, "cs", body),
        "/v3.0/oa/message/transaction": lambda oa, body: double.send(oa, "transaction", body),
        "/v3.0/oa/message/promotion": lambda oa, body: double.send(oa, "promotion", body),
        "/message/template": double.send_template,
        "/v2.0/oa/message": double.broadcast,
        "/v2.0/article/create": double.create_article,
        "/v2.0/article/verify": double.verify_article,
        "/v2.0/article/remove": double.remove_article,
        "/v2.0/oa/quota/message": lambda oa, body: {
            "remain": double.may("message", oa).month_quota
        },
    }


def _looks(double: ZaloDouble) -> dict[str, Sender]:
    return {
        "/v2.0/oa/getoa": lambda oa, asked: {"oa_id": oa, "name": double.may("message", oa).name},
        "/v2.0/oa/getprofile": lambda oa, asked: _profile(double, asked),
        "/v2.0/article/getdetail": lambda oa, asked: double.article_by_id(oa, asked["id"]),
        "/message/status": lambda oa, asked: _status(double, asked),
    }


def _profile(double: ZaloDouble, asked: dict[str, Any]) -> dict[str, Any]:
    user_id = str(json.loads(asked.get("data", "{}")).get("user_id", ""))
    if user_id not in double.citizens:
        raise Refused(-201, "user_id is invalid")
    return {"user_id": user_id, "display_name": double.citizens[user_id].name}


def _status(double: ZaloDouble, asked: dict[str, Any]) -> dict[str, Any]:
    known = double.tracking.get(str(asked.get("message_id", "")))
    if known is None:
        raise Refused(-119, "message_id is invalid")
    return known


class Handler(BaseHTTPRequestHandler):
    """One request of the platform; `double` is set on a subclass."""

    double: ZaloDouble
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: Any) -> None:
        return

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = dict(parse_qsl(parts.query))
        if parts.path in _looks(self.double):
            self._api(_looks(self.double)[parts.path], parts.path, asked)
        elif parts.path.startswith("/tep/") and parts.path[5:] in self.double.files:
            kind, content = self.double.files[parts.path[5:]]
            self._give(content, kind)
        else:
            shown = phone.page(self.double, parts.path, asked)
            self._give(shown.encode(), "text/html; charset=utf-8", 200 if shown else 404)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        path = urlsplit(self.path).path
        posts = _posts(self.double)
        if path == "/v4/oa/access_token":
            form = dict(parse_qsl(content.decode()))
            self.double.calls.append((path, form))
            if not self._broken():
                self._json(self.double.token(form, self.headers.get("secret_key", "")))
        elif path in posts:
            self._api(posts[path], path, _object(content))
        elif path in {"/v2.0/oa/upload/image", "/v2.0/oa/upload/file", "/v2.0/oa/upload/gif"}:
            self._api(lambda oa, body: self.double.upload(oa, content), path, {})
        else:
            self._form(path, dict(parse_qsl(content.decode())))

    def _form(self, path: str, form: dict[str, str]) -> None:
        try:
            to = phone.act(self.double, path, form)
        except Refused as refused:
            self._json(refused.answer)
            return
        self.send_response(303 if to else 404)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _api(self, act: Sender, path: str, body: dict[str, Any]) -> None:
        self.double.calls.append((path, body))
        if self._broken():
            return
        try:
            token, proof = self.headers.get("access_token", ""), self.headers.get("appsecret_proof")
            oa_id = self.double.oa_of(token, proof or "")
            answer = {"error": 0, "message": "Success", "data": act(oa_id, body)}
        except Refused as refused:
            answer = refused.answer
        if self.double.breaks == "cut":  # done, and nobody hears of it
            self.double.breaks = ""
            self.close_connection = True
            return
        self._json(answer)

    def _broken(self) -> bool:
        """The trouble that a test wishes for the next call."""
        wish = self.double.breaks
        if wish not in {"http500", "slow", "text"}:
            return False
        self.double.breaks = ""
        if wish == "slow":
            time.sleep(SLOW_SECONDS)
        self._give(b"<html>Bad gateway</html>", "text/html", 500 if wish == "http500" else 200)
        return True

    def _json(self, answer: dict[str, Any]) -> None:
        self._give(json.dumps(answer, ensure_ascii=False).encode(), "application/json")

    def _give(self, content: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _object(content: bytes) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        found = json.loads(content)
        if isinstance(found, dict):
            return found
    return {}


@contextlib.contextmanager
def running(double: ZaloDouble, *, port: int = 0, hook: str = "") -> Iterator[str]:
    """Serve until the block ends; gives the address. `hook`: where webhooks are handed over to."""
    handler = type("BoundHandler", (Handler,), {"double": double})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    ended = threading.Event()
    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})]
    if hook:
        threads.append(threading.Thread(target=_pump, args=(double, hook, ended)))
    for one in threads:
        one.daemon = True
        one.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        ended.set()
        server.shutdown()
        server.server_close()


def _pump(double: ZaloDouble, hook: str, ended: threading.Event) -> None:
    while not ended.wait(BEAT):
        double.deliver(lambda body, headers: post_hook(hook, body, headers))


def post_hook(address: str, body: bytes, headers: dict[str, str]) -> tuple[int, float]:
    """One webhook: its status and how long it took (0: nobody answered)."""
    began = time.monotonic()
    asked = urllib.request.Request(  # noqa: S310 (the demonstration's own address)
        address, data=body, headers=headers, method="POST"
    )
    try:
        with urllib.request.urlopen(asked, timeout=ANSWER_WITHIN) as answer:  # noqa: S310
            status = answer.status
    except urllib.error.HTTPError as refused:
        status = refused.code
        refused.close()
    except OSError:
        status = 0
    return status, time.monotonic() - began


def permission_address(base: str, asked: dict[str, str]) -> str:
    """Where the application sends the administrator of an OA."""
    return f"{base}/v4/oa/permission?{urlencode(asked)}"
