"""`congvu up` and `congvu demo`: from nothing to a healthy system, and back to nothing.

Order: lock, database, migrations, demonstration data (demo only), web and workers, health. The
address is printed only after the system has really answered. Ctrl-C stops everything; a second
start on the same folder is told where the first one runs.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import importlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg

from congvu.run.children import LANES_OF_WORKERS, Child, stop_all
from congvu.run.cluster import port_is_free
from congvu.run.database import Database, running_database, var_folder
from congvu.run.freshness import is_filled, is_migrated, note_filled
from congvu.run.supervisor import try_lock

DEFAULT_PORT = 8022
HEALTH_PATH = "/suc-khoe/"
DEMO_MODULE = "congvu.run.demo"
BEAT = 0.3
ZALO_PROVIDER = "9001"  # as congvu.run.demo_zalo numbers it
# The third comes when the terminal is closed.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
START_PATIENCE = 120.0


class StartRefused(Exception):
    """The system cannot start; the text (Vietnamese) says why."""


def up(words: list[str]) -> int:
    """Run the system until ctrl-C."""
    return _run(words, with_demo=False)


def demo(words: list[str]) -> int:
    """Run the system with demonstration data until ctrl-C."""
    return _run(words, with_demo=True)


def _run(words: list[str], *, with_demo: bool) -> int:
    parser = argparse.ArgumentParser(prog="congvu demo" if with_demo else "congvu up")
    parser.add_argument("--once", action="store_true", help="khởi động, kiểm tra rồi dừng ngay")
    options = parser.parse_args(words)
    for number in STOP_SIGNALS:
        signal.signal(number, _stop_asked)
    try:
        _serve(with_demo=with_demo, once=options.once)
    except KeyboardInterrupt:
        say("Đã dừng.")
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def _stop_asked(signum: int, frame: FrameType | None) -> None:
    # One signal is enough: impatient repeats must not interrupt the orderly stop.
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _serve(*, with_demo: bool, once: bool) -> None:
    var = var_folder()
    host, port = os.environ.get("CONGVU_BIND", "127.0.0.1"), _port()
    address = os.environ.get("CONGVU_ADDRESS", f"http://127.0.0.1:{port}")
    lock = _lock(var, address, port)
    children: list[Child] = []
    try:
        say("Cơ sở dữ liệu ...")
        with running_database(var) as database:
            base = {**os.environ, "CONGVU_VAR": str(var), "CONGVU_ADDRESS": address}
            base["DJANGO_SETTINGS_MODULE"] = "congvu.settings"
            zalo = _zalo_address(port) if with_demo else ""
            if zalo:
                base["CONGVU_ZALO_PLATFORM"] = zalo
            _prepare(database, base, with_demo=with_demo)
            say("Web và tiến trình nền ...")
            children = plan(database, base, host, port, var)
            if zalo:
                children.append(_zalo_double(base, port, var))
            try:
                before = _database_time(database)
                for child in children:
                    child.start()
                _wait_until_healthy(children, host, port, database, before)
                _welcome(address, with_demo, database, zalo)
                while not once:
                    time.sleep(BEAT)
                    for child in children:
                        child.watch(say)
            finally:
                say("Đang dừng ...")
                stop_all(children, say)
    finally:
        os.close(lock)


def _prepare(database: Database, base: Mapping[str, str], *, with_demo: bool) -> None:
    """Tables of this version and, for the demo, its data; left out when nothing is to be done."""
    as_owner = {**base, **database.environment("owner")}
    if not is_migrated(database.owner):
        say("Cập nhật bảng dữ liệu ...")
        _finish(["django", "migrate", "--no-input", "-v", "0"], as_owner)
    if with_demo and not is_filled(database.home):
        say("Dữ liệu trình diễn (một đến ba phút) ...")
        _finish([DEMO_MODULE], as_owner)
        note_filled(database.home)


def _port() -> int:
    given = os.environ.get("CONGVU_PORT", str(DEFAULT_PORT))
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise StartRefused(f"CONGVU_PORT={given} không phải là số cổng.")
    return int(given)


def _lock(var: Path, address: str, port: int) -> int:
    """One system per folder: the lock is the kernel's and ends with us, however we end."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = try_lock(var / "up.lock")
    except PermissionError as error:
        raise StartRefused(
            f"Không ghi được vào {var}: thư mục thuộc về tài khoản khác. Hãy dùng đúng tài khoản "
            "đã khởi tạo hoặc đặt CONGVU_VAR tới thư mục khác."
        ) from error
    if lock is None:
        where = (var / "up.json").read_text() if (var / "up.json").exists() else "{}"
        known = json.loads(where or "{}")
        raise StartRefused(
            f"Hệ thống đang chạy trên thư mục này tại {known.get('address', address)} "
            f"(tiến trình {known.get('pid', '?')}). Không khởi động lần thứ hai: "
            "hãy dừng hệ thống đó trước, hoặc đặt CONGVU_VAR và CONGVU_PORT khác."
        )
    if not port_is_free(port):
        os.close(lock)
        raise StartRefused(
            f"Cổng {port} đã có chương trình khác dùng. Hãy đặt CONGVU_PORT là một cổng khác."
        )
    (var / "up.json").write_text(json.dumps({"address": address, "pid": os.getpid()}))
    return lock


def _finish(words: list[str], environment: Mapping[str, str]) -> None:
    """Run one of our modules to its end; its own messages go to the terminal."""
    done = subprocess.run([sys.executable, "-m", *words], env=dict(environment))
    if done.returncode != 0:
        raise StartRefused(f"Bước «{' '.join(words)}» không thành công; xem thông báo ở trên.")


def plan(
    database: Database, base: Mapping[str, str], host: str, port: int, var: Path
) -> list[Child]:
    """The processes of a running system and as which database role each works."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host]
    web += ["--port", str(port), "--workers", _number("CONGVU_WEB_WORKERS", 2)]
    web += ["--blocking-threads", _number("CONGVU_WEB_THREADS", 2), "--no-ws"]
    web += ["--workers-kill-timeout", "15", "--respawn-failed-workers", "congvu.wsgi:application"]
    worker = [sys.executable, "-m", "congvu.run.worker"]
    of_web = {**base, **database.environment("app")}
    of_worker = {**base, **database.environment("jobs")}
    of_worker["CONGVU_WORKER_CONCURRENCY"] = _number("CONGVU_WORKER_CONCURRENCY", 2)
    logs = var / "log"
    children = [
        Child("web", web, of_web, logs / "web.log"),
        Child("worker", worker, of_worker, logs / "worker.log"),
    ]
    if os.environ.get("CONGVU_LMTP_PORT"):
        edge = [sys.executable, "-m", "congvu.run.mail_edge"]
        children.append(Child("mail", edge, of_worker, logs / "mail.log"))
    if os.environ.get("CONGVU_SMPP") == "1":
        edge = [sys.executable, "-m", "congvu.run.sms_edge"]
        children.append(Child("sms", edge, of_worker, logs / "sms.log"))
    return children


def _zalo_address(port: int) -> str:
    """Where the double of Zalo listens in the demonstration: beside the web; "" when taken."""
    return f"http://127.0.0.1:{port + 1}" if port_is_free(port + 1) else ""


def _zalo_double(base: Mapping[str, str], port: int, var: Path) -> Child:
    command = [sys.executable, "-m", "congvu.run.zalo.demo", str(port + 1), ZALO_PROVIDER]
    return Child("zalo", command, dict(base), var / "log" / "zalo.log")


def _number(name: str, default: int) -> str:
    given = os.environ.get(name, str(default))
    if not given.isdigit() or int(given) < 1:
        raise StartRefused(f"{name}={given} phải là số nguyên dương.")
    return given


def _wait_until_healthy(
    children: list[Child], host: str, port: int, database: Database, since: datetime
) -> None:
    until = time.monotonic() + START_PATIENCE
    while not (_web_answers(host, port) and _workers_live(database, since)):
        for child in children:
            if not child.is_alive() or time.monotonic() > until:
                raise StartRefused(f"{child.role} không khởi động được.\n{_last_lines(child.log)}")
        time.sleep(0.1)


def _web_answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=20)
    try:
        connection.request("GET", HEALTH_PATH, headers={"Host": "127.0.0.1"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _database_time(database: Database) -> datetime:
    with psycopg.connect(database.jobs) as connection:
        moments: list[tuple[datetime]] = connection.execute("SELECT now()").fetchall()
    return moments[0][0]


def _workers_live(database: Database, since: datetime) -> bool:
    """Each worker's heart has beaten in the database after we started it."""
    with psycopg.connect(database.jobs) as connection:
        row = connection.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [since]
        ).fetchone()
    return row is not None and int(row[0]) >= len(LANES_OF_WORKERS)


def _last_lines(log: Path) -> str:
    text = log.read_text("utf-8", errors="replace") if log.exists() else ""
    return "\n".join([f"Cuối tệp {log}:", *text.splitlines()[-15:]])


def _welcome(address: str, with_demo: bool, database: Database, zalo: str) -> None:
    say("")
    say(f"Hệ thống đã sẵn sàng: {address}")
    for line in optional_parts(database):
        say(f"  {line}")
    if with_demo:
        say("")
        for line in account_table(importlib.import_module(DEMO_MODULE).accounts()):
            say(f"  {line}")
    if zalo:
        say(f"  Điện thoại của người dân (Zalo giả lập): {zalo}/dien-thoai/")
    say("")
    say("Nhấn Ctrl-C để dừng.")


def account_table(accounts: list[Any]) -> list[str]:
    """Rows with role, agency, user and password, in columns; below them keys of code generators."""
    head = ("Vai trò", "Cơ quan", "Tài khoản", "Mật khẩu")
    rows = [head, *((a.role, a.agency, a.username, a.password) for a in accounts)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    secrets = [(a.username, a.totp_secret) for a in accounts if a.totp_secret]
    return lines + [f"{name}: khóa của ứng dụng tạo mã (TOTP) {key}" for name, key in secrets]


REMOTE_SERVICES = "SELECT count(*) FROM signing_signingprovider WHERE is_active"


def optional_parts(database: Database) -> list[str]:
    """What of the optional is present, said before anybody misses it."""
    with psycopg.connect(database.app) as connection:
        version = connection.info.parameter_status("server_version")
        services = connection.execute(REMOTE_SERVICES).fetchone()
    kind = "đi kèm" if database.home else "máy chủ ngoài (DATABASE_URL)"
    lines = [f"Cơ sở dữ liệu: PostgreSQL {version}, {kind}"]
    for program, purpose in (
        ("pdfsig", "đối chiếu chữ ký số bằng công cụ thứ hai"),
        ("chromium", "kiểm thử giao diện"),
    ):
        state = "có" if shutil.which(program) else "không có (không bắt buộc)"
        lines.append(f"{program}, {purpose}: {state}")
    module = os.environ.get("CONGVU_PKCS11_MODULE") or "chưa khai báo (không bắt buộc)"
    lines.append(f"Thiết bị ký số, HSM (PKCS#11): {module}")
    used = (
        f"{services[0]} đang dùng" if services and services[0] else "chưa khai báo (không bắt buộc)"
    )
    lines.append(f"Dịch vụ ký số từ xa: {used}")
    return lines


def say(text: str) -> None:
    """A line for whoever watches; that nobody watches any more must not disturb the order."""
    with contextlib.suppress(OSError):
        print(text, flush=True)
