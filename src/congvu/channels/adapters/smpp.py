"""SMPP 3.4 as the worker sees it: handed to the SMS edge, which alone holds the line to the SMSC.

A line is kept open by one process (`congvu.run.sms_edge`); the worker hands attempts over through a
socket of the file system and hears one answer each. The edge keeps the SMSC's id of every part
before it answers, so an attempt whose worker died is asked by `query_sm`, and never sent twice.
"""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from congvu.channels.adapters.smpp_words import read_event
from congvu.channels.models import MessagePart
from congvu.channels.types import (
    SMS,
    Incoming,
    Outcome,
    Outgoing,
    PartTaken,
    ProviderFacts,
    Receipt,
    Result,
    SecretField,
)
from congvu.kit import wall

# The edge gives an attempt up after `EDGE_SECONDS`; reconciling leaves it alone for longer.
EDGE_SECONDS, OUR_SECONDS = 40.0, 55.0
IDS = (("", "Nguyên văn"), ("hex", "Hệ thập lục phân"), ("dec", "Hệ thập phân"))
NO_EDGE = Outcome(
    Result.TEMPORARY,
    said="Tiến trình SMPP (CONGVU_SMPP=1) chưa chạy.",
    wait_seconds=15,
    is_provider_down=True,
)
LOST = Outcome(Result.UNKNOWN, said="Mất liên lạc với tiến trình SMPP khi đang chuyển tin.")


class Smpp:
    """The way out over SMPP, and the reader of what came back over it."""

    WORDS, CHANNEL = "Trung tâm tin nhắn (SMPP 3.4)", SMS
    is_idempotent = False
    FIELDS = (
        SecretField("host", "Máy chủ SMSC", is_required=True),
        SecretField("port", "Cổng", is_required=True),
        SecretField("system_id", "system_id", is_required=True),
        SecretField("password", "Mật khẩu", is_required=True, is_hidden=True),
        SecretField(
            "tls",
            "Mã hóa đường truyền",
            "Không mã hóa: chỉ qua đường truyền riêng của nhà mạng.",
            choices=(("", "Không mã hóa"), ("tls", "TLS")),
        ),
        SecretField(
            "ca",
            "Chứng thư gốc của nhà mạng (PEM)",
            "Bỏ trống: các tổ chức chứng thực mà hệ điều hành tin.",
            is_long=True,
        ),
        SecretField("system_type", "system_type", "Bỏ trống nếu hợp đồng không nêu."),
        SecretField("sender", "Người gửi mặc định", "Khi cơ quan chưa có tên định danh."),
        SecretField("window", "Cửa sổ", "Số tin chờ trả lời cùng lúc; bỏ trống: 10."),
        SecretField("zone", "Múi giờ của báo cáo", "Bỏ trống: Asia/Ho_Chi_Minh."),
        SecretField("submit_ids", "Mã tin khi nhà mạng nhận", choices=IDS),
        SecretField("receipt_ids", "Mã tin trong báo cáo", choices=IDS),
    )

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        """One answer per attempt; what the edge did not answer is unknown, never tried again."""
        asked = [
            {
                "tracking": one.tracking,
                "address": one.address,
                "text": one.text["text"],
                "sender": one.text.get("from_address") or provider.secrets.get("sender", ""),
            }
            for one in items
        ]
        answers: dict[int, Outcome] = {}
        try:
            with _edge({"do": "send", "provider": provider.id, "items": asked}) as lines:
                for said in lines:
                    answers[said["n"]] = outcome_of(said)
                    if len(answers) == len(items):
                        break
        except ConnectionRefusedError:
            return [NO_EDGE for _ in items]
        except (OSError, ValueError, KeyError):
            pass  # what was answered counts; the rest is unknown
        return [answers.get(number, LOST) for number in range(len(items))]

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        """It was accepted if the SMSC's ids of all parts are known, and query_sm tells more as an
        event of its own; None where no part is known: then nobody can be asked about it."""
        with wall.crossing_agencies():
            parts = list(MessagePart.objects.filter(attempt_id=item.attempt_id).order_by("ordinal"))
        if not parts or len(parts) < parts[0].of:
            return None
        if all(one.state == MessagePart.State.TAKEN for one in parts):
            sender = item.text.get("from_address") or provider.secrets.get("sender", "")
            _ask_smsc(provider, [one.given_id for one in parts], str(sender))
        ids = [one.external_id for one in parts]
        return Outcome(
            Result.ACCEPTED,
            external_id=",".join(ids),
            at=max(one.taken_at for one in parts),
            raw=json.dumps({"parts": ids}).encode(),
            parts=len(parts),
        )

    def read(self, provider: ProviderFacts, raw: bytes) -> Sequence[Receipt | Incoming | PartTaken]:
        """A part that was taken, a receipt, or a message that came in."""
        return read_event(provider, raw)


def outcome_of(said: Mapping[str, Any]) -> Outcome:
    """An answer of the edge."""
    moment = said.get("at")
    return Outcome(
        Result(said["result"]),
        external_id=said.get("external_id", ""),
        at=datetime.fromisoformat(moment) if moment else None,
        code=said.get("code", ""),
        said=said.get("said", ""),
        raw=said.get("raw", "").encode(),
        parts=said.get("parts", 1),
        wait_seconds=said.get("wait_seconds"),
        is_provider_down=said.get("is_provider_down", False),
    )


def _ask_smsc(provider: ProviderFacts, ids: Sequence[str], sender: str) -> None:
    """The edge asks by query_sm and keeps what it is told as an event, like any receipt."""
    request = {"do": "ask", "provider": provider.id, "ids": list(ids), "sender": sender}
    with contextlib.suppress(OSError, ValueError), _edge(request) as lines:
        next(lines, None)


@contextlib.contextmanager
def _edge(request: Mapping[str, Any]) -> Iterator[Iterator[dict[str, Any]]]:
    """The edge's lines of answer to a request, at most `OUR_SECONDS` long."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        try:
            line.connect(str(settings.SMS_EDGE))
        except FileNotFoundError as missing:
            raise ConnectionRefusedError from missing
        line.sendall(json.dumps(request).encode() + b"\n")
        yield _lines(line)


def _lines(line: socket.socket) -> Iterator[dict[str, Any]]:
    until, read = time.monotonic() + OUR_SECONDS, b""
    while True:
        while b"\n" in read:
            one, _, read = read.partition(b"\n")
            yield json.loads(one)
        line.settimeout(max(until - time.monotonic(), 0.01))
        piece = line.recv(65536)
        if not piece:
            return
        read += piece
