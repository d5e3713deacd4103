"""The SMS edge: one line to each SMPP provider, and a socket at which workers hand attempts over.

Everything that an SMSC tells is committed before it is answered: killed at any moment, the edge
loses nothing, because the SMSC hands over again what it was not answered for. A part's id is
committed before its sender hears of it, so a worker that was killed finds out by asking.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import secrets
import socketserver
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import close_old_connections, connections

from congvu.channels.adapters.smpp import EDGE_SECONDS
from congvu.channels.adapters.smpp_keeping import join_incomplete, note_delivered_sms
from congvu.channels.adapters.smpp_line import Asking, Line, Sending
from congvu.channels.adapters.smpp_words import written_event
from congvu.channels.jobs import read_events
from congvu.channels.models import Provider
from congvu.channels.note_event import note_event
from congvu.channels.types import SMS, Outcome
from congvu.kit import clock, wall

log = logging.getLogger("congvu.sms")
ADAPTER = "smpp"
LOOK_SECONDS = 10.0
TRIAL_SECONDS, BIND_SECONDS = 60.0, 6.0
TEMPORARY_ERROR = 0x64  # ESME_RX_T_APPN: come again


class ProviderLine:
    """A line with its provider: what it keeps, and whether its settings are still the same."""

    def __init__(self, provider: Provider) -> None:
        self.provider_id = provider.id
        self.settings = dict(provider.secrets)
        self.name = secrets.token_hex(4)
        self.turn = 0
        self.line = Line(
            self.settings,
            keep=self.keep,
            note_taken=self.note_taken,
            ended=connections.close_all,
        )

    def keep(self, pdu: Any) -> int:
        """Commit a deliver_sm; anything else than 0 makes the SMSC come again."""
        self.turn += 1
        try:
            close_old_connections()
            note_delivered_sms(
                provider_id=self.provider_id,
                said=facts_of_pdu(pdu),
                line=f"{self.name}{self.line.binds}",
                turn=self.turn,
                at=clock.now(),
            )
        except Exception:  # the edge of a process: the SMSC keeps it and comes again
            log.exception("a deliver_sm could not be kept")
            return TEMPORARY_ERROR
        return 0

    def note_taken(self, one: Sending, ordinal: int, of: int, given_id: str) -> datetime:
        """Commit the SMSC's id of a part; gives the moment at which it was taken."""
        at = clock.now()
        facts = {
            "kind": "taken",
            "tracking": one.tracking,
            "ordinal": ordinal,
            "of": of,
            "id": given_id,
            "at": at.isoformat(),
        }
        self._note(f"taken-{one.tracking}-{ordinal}", facts)
        return at

    def note_answer(self, given_id: str, answer: Mapping[str, Any]) -> None:
        """Commit an answer to query_sm."""
        at = clock.now()
        facts = {**answer, "kind": "asked", "id": given_id, "at": at.isoformat()}
        self._note(f"asked-{given_id}-{answer['message_state']}", facts)

    def _note(self, name: str, facts: Mapping[str, Any]) -> None:
        try:
            close_old_connections()
            with wall.crossing_agencies():
                note_event(
                    provider_id=self.provider_id,
                    external_id=name,
                    raw=written_event(facts),
                    at=clock.now(),
                )
                read_events.defer()
        except Exception:  # the edge of a process: the attempt stays in doubt and is asked about
            log.exception("an answer of an SMSC could not be kept")


def facts_of_pdu(pdu: Any) -> dict[str, Any]:
    """What of a deliver_sm is kept, as plain values."""
    octets = getattr(pdu, "short_message", None) or getattr(pdu, "message_payload", None) or b""
    receipted = getattr(pdu, "receipted_message_id", None) or b""
    state = getattr(pdu, "message_state", None)
    return {
        "source": _text(pdu.source_addr),
        "destination": _text(pdu.destination_addr),
        "esm_class": int(pdu.esm_class or 0),
        "data_coding": int(pdu.data_coding or 0),
        "octets": (octets if isinstance(octets, bytes) else str(octets).encode("latin-1")).hex(),
        "receipted_id": _text(receipted),
        "message_state": state if isinstance(state, int) else None,
    }


def _text(value: Any) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
    return text.strip("\x00")


class Edge:
    """All lines, kept in step with the register of providers."""

    def __init__(self) -> None:
        self.lines: dict[int, ProviderLine] = {}
        self.lock = threading.Lock()
        self.trials: dict[int, float] = {}  # providers out of use that are being tried: until when

    def look(self) -> None:
        """Open lines of new providers, close those of ended ones, renew those that changed."""
        with wall.crossing_agencies():
            rows = list(Provider.objects.filter(channel=SMS, adapter=ADAPTER))
        now = time.monotonic()
        wanted = {
            one.id: one for one in rows if one.is_active or self.trials.get(one.id, 0.0) > now
        }
        with self.lock:
            for provider_id, kept in list(self.lines.items()):
                new = wanted.get(provider_id)
                if new is None or dict(new.secrets) != kept.settings:
                    kept.line.stop()
                    del self.lines[provider_id]
            for provider_id, provider in wanted.items():
                if provider_id not in self.lines:
                    self.lines[provider_id] = ProviderLine(provider)
                    self.lines[provider_id].line.start()

        for provider_id in wanted:
            join_incomplete(provider_id=provider_id, at=clock.now())

    def line_of(self, provider_id: int) -> ProviderLine | None:
        """The line of a provider; one that is not in use yet gets a line for its trial."""
        with self.lock:
            kept = self.lines.get(provider_id)
        if kept is None:
            self.trials[provider_id] = time.monotonic() + TRIAL_SECONDS
            self.look()
            with self.lock:
                kept = self.lines.get(provider_id)
            until = time.monotonic() + BIND_SECONDS
            while kept and not kept.line.is_bound and time.monotonic() < until:
                time.sleep(0.05)
        return kept

    def stop(self) -> None:
        """Unbind all."""
        with self.lock:
            lines = list(self.lines.values())
        for one in lines:
            one.line.stop()
        for one in lines:
            one.line.join(5)


class _Desk(socketserver.StreamRequestHandler):
    """One request of a worker: attempts to send, or ids to ask about."""

    def handle(self) -> None:
        with contextlib.suppress(OSError, ValueError, KeyError):
            request = json.loads(self.rfile.readline(4 << 20))
            kept = self.server.edge.line_of(int(request["provider"]))  # type: ignore[attr-defined]
            work = _send if request["do"] == "send" else _ask
            work(kept, request, self._say)
        connections.close_all()

    def _say(self, answer: Mapping[str, Any]) -> None:
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


def _send(
    kept: ProviderLine | None, request: Mapping[str, Any], say: Callable[[Mapping[str, Any]], None]
) -> None:
    answers: queue.SimpleQueue[tuple[int, Outcome]] = queue.SimpleQueue()
    items = request["items"]
    if kept is None:
        for number in range(len(items)):
            say({"n": number, "result": "failed_temporary", **_NO_LINE})
        return
    for number, item in enumerate(items):
        kept.line.put(
            Sending(
                tracking=item["tracking"],
                address=item["address"],
                sender=item["sender"],
                text=item["text"],
                told=_teller(answers, number),
                give_up_at=time.monotonic() + EDGE_SECONDS,
            )
        )
    for _ in items:
        number, outcome = answers.get()
        say({"n": number, **_said(outcome)})


_NO_LINE = {
    "said": "Nhà cung cấp SMPP này chưa được tiến trình SMPP mở kết nối.",
    "wait_seconds": LOOK_SECONDS,
    "is_provider_down": True,
}


def _teller(
    answers: queue.SimpleQueue[tuple[int, Outcome]], number: int
) -> Callable[[Outcome], None]:
    return lambda outcome: answers.put((number, outcome))


def _said(outcome: Outcome) -> dict[str, Any]:
    return {
        "result": outcome.result.value,
        "external_id": outcome.external_id,
        "at": outcome.at.isoformat() if outcome.at else None,
        "code": outcome.code,
        "said": outcome.said,
        "raw": outcome.raw.decode("utf-8", "replace"),
        "parts": outcome.parts,
        "wait_seconds": outcome.wait_seconds,
        "is_provider_down": outcome.is_provider_down,
    }


def _ask(
    kept: ProviderLine | None, request: Mapping[str, Any], say: Callable[[Mapping[str, Any]], None]
) -> None:
    """query_sm for each id; what is told is kept as an event before anybody hears of it."""
    states: list[int] = []
    for given_id in request["ids"] if kept else []:
        heard: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        kept.line.put(Asking(given_id, request["sender"], heard.put))  # type: ignore[union-attr]
        answer = heard.get()
        if answer is not None:
            kept.note_answer(given_id, answer)  # type: ignore[union-attr]
            states.append(answer["message_state"])
    say({"states": states})


def serve(place: Path, stopping: threading.Event) -> None:
    """Serve until told to stop; looks at the register every ten seconds."""
    edge = Edge()
    place.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        place.unlink()
    before = os.umask(0o177)  # only our own user may hand messages over
    try:
        server = _Server(str(place), _Desk)
    finally:
        os.umask(before)
    server.edge = edge  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        while not stopping.is_set():
            try:
                close_old_connections()
                edge.look()
            except Exception:  # the edge of a process: the database comes back
                log.exception("the register of providers could not be read")
            stopping.wait(LOOK_SECONDS)
    finally:
        server.shutdown()
        server.server_close()
        edge.stop()
        connections.close_all()
        with contextlib.suppress(OSError):
            place.unlink()
