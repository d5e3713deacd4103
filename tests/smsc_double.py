"""SMSCs for tests: smpp34's server as one that is told what to do, and a raw one that is asked.

The raw one answers query_sm and can hang up in the middle, which the library's server cannot.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import smpp34

from congvu.kit import clock
from post_office import free_port

THROTTLED, SYSTEM_ERROR, INVALID_DEST = 0x58, 0x08, 0x0B
RECEIPT = (
    "id:{id} sub:001 dlvrd:001 submit date:{day} done date:{day} stat:{state} err:000 text:{text}"
)


@dataclass
class Smsc:
    """smpp34.Server in a thread. Everything it took is in `took`, in order."""

    port: int
    id_of: Callable[[int], tuple[str, str]] = lambda number: (str(number), str(number))
    refuse: list[int] = field(default_factory=list)  # statuses for the next submits
    receipt_state: str = "DELIVRD"
    receipts: str = "after"  # before | after | none | held
    copies: int = 1
    pause: float = 0.0  # between the answer and its receipt
    hang_up: bool = False  # after taking a message, before answering
    took: list[Any] = field(default_factory=list)
    held: list[tuple[Any, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)  # statuses of our deliver_sm_resp
    binds: int = 0
    tasks: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.numbers = itertools.count(255)
        self.esmes: dict[str, Any] = {}
        self.server: Any = None
        self.start()

    def run(self, work: Any, seconds: float = 10) -> Any:
        """Do something on the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)

    def start(self) -> None:
        async def begin() -> None:
            self.server = smpp34.Server("127.0.0.1", self.port, system_id="SMSC")
            await self.server.start()
            self.task = asyncio.create_task(self._serve(self.server))

        self.run(begin())

    def stop(self) -> None:
        async def end() -> None:
            self.task.cancel()
            for esme in self.esmes.values():
                await esme.unbind()
            await self.server.stop()

        self.run(end())
        self.esmes.clear()

    def close(self) -> None:
        self.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    async def _serve(self, server: Any) -> None:
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                self.binds += 1
                self.esmes[event.session_id] = event
            elif isinstance(event, smpp34.SubmitSmEvent):
                await self._submitted(event)
            elif isinstance(event, smpp34.Unbound):
                self.esmes.pop(event.session_id, None)

    async def _submitted(self, event: Any) -> None:
        if self.refuse:
            event.reject(self.refuse.pop(0))
            return
        said, receipted = self.id_of(next(self.numbers))
        self.took.append(event)
        if self.hang_up:
            self.held.append((event, receipted))
            for esme in list(self.esmes.values()):
                await esme.unbind()
            return
        if self.receipts == "before":
            await self.deliver(event, receipted)
        event.accept(said)
        if self.receipts == "after":
            self.tasks.append(asyncio.create_task(self._deliver_later(event, receipted)))
        elif self.receipts == "held":
            self.held.append((event, receipted))

    async def _deliver_later(self, event: Any, receipted: str) -> None:
        await asyncio.sleep(self.pause)
        await self.deliver(event, receipted)

    async def deliver(self, event: Any, receipted: str) -> None:
        """The receipt of a submit, as often as `copies` says."""
        day = clock.local(clock.now()).strftime("%y%m%d%H%M")
        text = RECEIPT.format(id=receipted, day=day, state=self.receipt_state, text="")
        for _ in range(self.copies):
            await self._push(event.destination_addr, event.source_addr, text.encode(), 0x04)

    async def _push(
        self, source: str, target: str, octets: bytes, esm: int, coding: int = 0
    ) -> int:
        for _ in range(100):
            for esme in list(self.esmes.values()):
                answer = await esme.deliver_sm(
                    source_addr=source,
                    destination_addr=target,
                    short_message=octets,
                    esm_class=esm,
                    data_coding=coding,
                )
                self.answers.append(answer.command_status)
                return int(answer.command_status)
            await asyncio.sleep(0.05)
        raise AssertionError("nobody is bound")

    def release(self) -> None:
        """Receipts that were held go out, the last first."""
        for event, receipted in reversed(self.held):
            self.run(self.deliver(event, receipted))
        self.held.clear()

    def write(self, source: str, target: str, octets: bytes, coding: int = 0, esm: int = 0) -> int:
        """A message from somebody's phone to one of our numbers."""
        return int(self.run(self._push(source, target, octets, esm, coding)))


BIND, SUBMIT, QUERY, ENQUIRE, UNBIND = 0x09, 0x04, 0x03, 0x15, 0x06


class RawSmsc:
    """An SMSC of a hundred lines: takes, answers query_sm, and hangs up when it is told to."""

    def __init__(self, port: int) -> None:
        self.port, self.binds = port, 0
        self.took: list[bytes] = []
        self.asked: list[str] = []
        self.state = 2  # DELIVERED
        self.hang_up_after_taking = False
        self.wait_before_answer = 0.0
        self.numbers = itertools.count(1)
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line:
            while head := _exactly(line, 16):
                length, command, _, sequence = struct.unpack(">IIII", head)
                body = _exactly(line, length - 16) if length > 16 else b""
                answer = self._answer(command, body)
                if answer is None:
                    return
                line.sendall(_pdu(command | 0x80000000, sequence, answer))

    def _answer(self, command: int, body: bytes) -> bytes | None:
        self.binds += command == BIND
        if command == SUBMIT:
            self.took.append(body)
            if self.hang_up_after_taking:
                return None
            time.sleep(self.wait_before_answer)
            return f"{next(self.numbers):X}".encode() + b"\0"
        if command == QUERY:
            given = body.split(b"\0")[0]
            self.asked.append(given.decode())
            final = clock.local(clock.now()).strftime("%y%m%d%H%M%S") + "000+"
            return given + b"\0" + final.encode() + b"\0" + bytes([self.state, 0])
        return b"SMSC\0" if command == BIND else b""


def _exactly(line: socket.socket, size: int) -> bytes:
    read = b""
    while len(read) < size:
        try:
            piece = line.recv(size - len(read))
        except OSError:
            return b""
        if not piece:
            return b""
        read += piece
    return read


def _pdu(command: int, sequence: int, body: bytes) -> bytes:
    return struct.pack(">IIII", 16 + len(body), command, 0, sequence) + body


@contextmanager
def tls_before(port: int, certificate: Path, key: Path) -> Iterator[int]:
    """A port that speaks TLS and hands everything on to an SMSC in clear behind it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", free_port())) as listener:

        def accept() -> None:
            while True:
                try:
                    outer, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=meet, args=(outer,), daemon=True).start()

        def meet(outer: socket.socket) -> None:
            with suppress(OSError), context.wrap_socket(outer, server_side=True) as line:
                line.settimeout(0.05)
                with socket.create_connection(("127.0.0.1", port)) as inner:
                    inner.settimeout(0.05)
                    while pumped(line, inner) and pumped(inner, line):
                        pass

        threading.Thread(target=accept, daemon=True).start()
        yield int(listener.getsockname()[1])


def pumped(source: socket.socket, target: socket.socket) -> bool:
    """One piece from here to there; nothing yet is no end."""
    try:
        piece = source.recv(65536)
    except TimeoutError:
        return True
    target.sendall(piece)
    return bool(piece)
