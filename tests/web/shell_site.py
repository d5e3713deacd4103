"""A small site that shows the design system to a browser, with the policy that the real one has."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import RequestFactory

from congvu.web.shell import views

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
FORM = """
{% extends "shell/base.html" %}{% block content %}
<h1>Soạn thảo</h1>
<form class="form" method="post" action="/nhan/" id="thu" data-autosave="/luu/" data-autosave-key="du-thao-7" data-guard>
<input type="hidden" name="version" value="1">
{{ ui.error_summary([{"field": "symbol", "text": "Vui lòng nhập số, ký hiệu"}]) }}
{{ ui.field("Số, ký hiệu", "symbol", error="Vui lòng nhập số, ký hiệu") }}
{{ ui.moment_field("Hạn xử lý", "due", time=True) }}
{{ ui.editor("Nội dung", "body", "Điều một") }}
{% call ui.form_actions() %}{{ ui.button("Gửi", "primary", attrs={"id": "gui"}) }}{{ ui.autosave_status() }}{% endcall %}
</form>
<form method="post" action="/nhan/">{{ ui.file_drop("Tệp", "files", multiple=True, upload_url="/tep/") }}</form>
{% endblock %}
"""


class Site:
    """What the pages answered and what was posted to them."""

    def __init__(self) -> None:
        self.address = ""
        self.posts: list[tuple[str, bytes]] = []
        self.autosave = "ok"  # or "signed-out", "broken"

    def page(self, path: str) -> str | None:
        request = RequestFactory().get("/")
        context = {**views.catalogue("lam"), "counts_url": "/so-luong/", "request": request}
        known = {
            "/bang/": ("design_system.html", {}),
            "/ban/": ("desk_sample.html", {"fit": True}),
            "/danh-sach/": ("desk_sample.html", {"fit": True}),
        }
        if path in known:
            name, extra = known[path]
            context["page"] = {**context["page"], **extra}
            context["split"]["showing"] = "list" if path == "/danh-sach/" else "document"
            return get_template(f"shell/{name}").template.render(context)
        if path in ("/bieu-mau/", "/dang-nhap/"):
            made = get_template("shell/base.html").template.environment.from_string(FORM)
            return made.render(context)
        if path == "/loi/":
            return get_template("shell/404.html").render({})
        return None

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path.startswith(settings.STATIC_URL):
            found = finders.find(path.removeprefix(settings.STATIC_URL))
            if found:
                kind = guess_type(path)[0] or "application/octet-stream"
                return 200, kind, Path(str(found)).read_bytes()
        if path == "/so-luong/":
            counts = {"work": 1234, "incoming": 98765, "outgoing": 7, "records": 42, "notices": 120}
            return 200, "application/json", json.dumps(counts).encode()
        text = self.page(path)
        if text is None:
            return 404, "text/plain", b""
        return 200, "text/html; charset=utf-8", text.encode()

    def receive(self, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        self.posts.append((path, body))
        if path == "/luu/" and self.autosave == "signed-out":
            return 303, {"Location": "/dang-nhap/"}, b""
        if path == "/luu/" and self.autosave == "broken":
            return 500, {}, b""
        if path == "/luu/":
            return 200, {"Content-Type": "application/json"}, b'{"version": 2}'
        if path == "/tep/":
            verdict = {"verdict": {"state": "ok", "text": "Đã kiểm tra"}, "key": "k1"}
            return 200, {"Content-Type": "application/json"}, json.dumps(verdict).encode()
        return 303, {"Location": "/ban/"}, b""


def _door(site: Site) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = site.answer(self.path.split("?")[0])
            self._send(status, {"Content-Type": kind}, body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._send(*site.receive(self.path, body))

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Security-Policy": POLICY}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Silent: the browser's own console is what the tests read."""

    return Door


@contextmanager
def running() -> Iterator[Site]:
    """The site at a free port of this machine."""
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _door(site))
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
