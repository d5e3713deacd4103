"""One line to an SMSC (SMPP 3.4): a transceiver bind that is kept open, in a thread of its own.

Submits keep to a window; a text of several parts has one part under way at a time, so that a part
that is refused first refuses the whole. Throttling waits inside the line once a part was taken.
A deliver_sm is answered only after `keep` has committed it. When the line breaks, what was under
way is unknown and what was not is handed back; the line is bound again with growing pauses.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import queue
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from congvu.channels.adapters.smpp_words import HEADER_CLASS, TEMPORARY, THROTTLED
from congvu.channels.types import Outcome, Result
from congvu.rules.sms_text import Alphabet, encode, measure

log = logging.getLogger("congvu.sms")
# The library's own lines would carry the password and every text in hexadecimal.
logging.getLogger("smpp").setLevel(logging.CRITICAL)
TICK, READ_SECONDS = 0.5, 5.0
ANSWER_SECONDS = 15.0  # a submit without an answer for so long is unknown
QUIET_SECONDS = 30.0  # then enquire_link
THROTTLE_PAUSE = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
BROKEN = (exceptions.ConnectionError, exceptions.PDUError, OSError)
DOWN = "Chưa kết nối được với trung tâm tin nhắn (SMSC)."


class TlsClient(Client):
    """The library's client, that looks at whose certificate it is shown (its own does not)."""

    def _create_socket(self) -> socket.socket:
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        line.settimeout(self.timeout)
        return self._ssl_context.wrap_socket(line, server_hostname=self.host)


def client_of(secrets: Mapping[str, Any]) -> Client:
    """A client for this SMSC, over TLS where the contract says so; its certificate must come from
    `ca` (PEM), or from an authority that the operating system trusts, and name the host."""
    told = {"timeout": READ_SECONDS, "allow_unknown_opt_params": True}
    if str(secrets.get("tls", "")).strip().lower() in {"", "none"}:
        return Client(secrets["host"], secrets["port"], **told)
    context = ssl.create_default_context(cadata=secrets.get("ca") or None)
    return TlsClient(secrets["host"], secrets["port"], ssl_context=context, **told)


@dataclass
class Sending:
    """A text on its way, part by part; `told` hears the one answer."""

    tracking: str
    address: str
    sender: str
    text: str
    told: Callable[[Outcome], None]
    give_up_at: float
    reference: int = 0
    ids: list[str] = field(default_factory=list)
    not_before: float = 0.0
    sent_at: float = 0.0

    def parts(self) -> tuple[Alphabet, tuple[str, ...]]:
        """Alphabet and parts of the text."""
        found = measure(self.text)
        return found.alphabet, found.parts


@dataclass
class Asking:
    """A question about a message id; `told` hears the fields of the answer, or None."""

    given_id: str
    sender: str
    told: Callable[[dict[str, Any] | None], None]
    sent_at: float = 0.0


class Line(threading.Thread):
    """The thread that owns one bind.

    keep: commits a deliver_sm and gives the command_status of its answer. note_taken: keeps the
    SMSC's id of a part before the sender hears of it, and gives the moment. ended: the thread's
    last act.
    """

    def __init__(
        self,
        secrets: Mapping[str, Any],
        *,
        keep: Callable[[Any], int],
        note_taken: Callable[[Sending, int, int, str], datetime],
        ended: Callable[[], None],
    ) -> None:
        super().__init__(daemon=True, name=f"smpp-{secrets.get('system_id')}")
        self.secrets, self.keep, self.note_taken, self.ended = secrets, keep, note_taken, ended
        self.window = int(secrets.get("window", 10))
        self.asked: queue.SimpleQueue[Sending | Asking] = queue.SimpleQueue()
        self.ready: deque[Sending | Asking] = deque()
        self.under_way: dict[int, Sending | Asking] = {}
        self.references = itertools.count(int(time.time()))
        self.is_bound, self.binds = False, 0
        self._stopping = threading.Event()
        self._bell, self._ear = socket.socketpair()
        self._heard = self._enquired = 0.0

    # --- what others call ------------------------------------------------------------------------

    def put(self, one: Sending | Asking) -> None:
        """Ask the line to send or to ask; answered at once with "down" while it is not bound."""
        self.asked.put(one)
        self._bell.send(b"!")

    def stop(self) -> None:
        """Unbind and end."""
        self._stopping.set()
        self._bell.send(b"!")

    # --- the thread ------------------------------------------------------------------------------

    def run(self) -> None:
        """Bind, talk until the line breaks, bind again; until `stop`."""
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            binds = self.binds
            try:
                self._live()
            except Exception as fault:  # the thread's edge: whatever an SMSC says, the line is kept
                log.warning("smpp %s: %s", self.secrets["host"], type(fault).__name__)
            pause = FIRST_PAUSE if self.binds > binds else pause
            until = time.monotonic() + pause
            while time.monotonic() < until and not self._stopping.is_set():
                self._refuse_all()
                select.select([self._ear], [], [], 0.1)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._refuse_all()
        self.ended()

    def _live(self) -> None:
        """From one bind to its end."""
        client = client_of(self.secrets)
        try:
            self._bind(client)
            self._talk(client)
        finally:
            self._end(client)

    def _bind(self, client: Client) -> None:
        client.connect()
        client.bind_transceiver(
            system_id=self.secrets["system_id"],
            password=self.secrets["password"],
            system_type=str(self.secrets.get("system_type", "")),
        )
        self.is_bound, self.binds = True, self.binds + 1
        self._heard, self._enquired = time.monotonic(), 0.0

    def _talk(self, client: Client) -> None:
        while not self._stopping.is_set():
            readable, _, _ = select.select([client._socket, self._ear], [], [], TICK)
            if self._ear in readable:
                self._ear.recv(4096)
            self._take_asked()
            if client._socket in readable:
                self._hear(client, client.read_pdu())
                while _is_more_inside(client):
                    self._hear(client, client.read_pdu())
                self._heard, self._enquired = time.monotonic(), 0.0
            self._submit_ready(client)
            self._give_up_silent()
            self._enquire(client)

    def _hear(self, client: Client, pdu: Any) -> None:
        if pdu.command in {"submit_sm_resp", "query_sm_resp", "generic_nack"}:
            self._answered(pdu)
        elif pdu.command == "deliver_sm":
            _answer(client, pdu, status=self.keep(pdu))
        elif pdu.command in {"enquire_link", "unbind"}:
            _answer(client, pdu)
        if pdu.command == "unbind":
            raise exceptions.ConnectionError

    def _take_asked(self) -> None:
        while not self.asked.empty():
            self.ready.append(self.asked.get())

    def _refuse_all(self) -> None:
        """Not bound: whoever asks hears so at once."""
        self._take_asked()
        while self.ready:
            _tell_down(self.ready.popleft())

    def _end(self, client: Client) -> None:
        """What was under way is unknown now; what was not is handed back."""
        was_bound, self.is_bound = self.is_bound, False
        if was_bound and self._stopping.is_set():
            with contextlib.suppress(*BROKEN):
                client.unbind()
        client.disconnect()
        for one in self.under_way.values():
            _tell_unknown(one, "Đường truyền tới SMSC bị ngắt trước khi có trả lời.")
        self.under_way.clear()
        self._refuse_all()

    # --- submits ---------------------------------------------------------------------------------

    def _submit_ready(self, client: Client) -> None:
        now = time.monotonic()
        for _ in range(len(self.ready)):
            if len(self.under_way) >= self.window:
                return
            one = self.ready.popleft()
            if isinstance(one, Sending) and now > one.give_up_at:
                _tell_late(one)
            elif isinstance(one, Sending) and now < one.not_before:
                self.ready.append(one)
            else:
                self._submit(client, one)

    def _submit(self, client: Client, one: Sending | Asking) -> None:
        one.sent_at = time.monotonic()
        try:
            pdu = (
                client.query_message(message_id=one.given_id, **_source(one.sender))
                if isinstance(one, Asking)
                else client.send_message(**self._fields(one))
            )
        except BROKEN:
            _tell_unknown(one, "Đường truyền tới SMSC bị ngắt khi đang chuyển tin.")
            raise
        self.under_way[pdu.sequence] = one

    def _fields(self, one: Sending) -> dict[str, Any]:
        alphabet, parts = one.parts()
        ordinal = len(one.ids) + 1
        octets, esm_class = encode(parts[ordinal - 1], alphabet), 0
        if len(parts) > 1:
            one.reference = one.reference or next(self.references) % 255 + 1
            header = bytes([5, 0, 3, one.reference, len(parts), ordinal])
            octets, esm_class = header + octets, HEADER_CLASS
        return {
            **_source(one.sender),
            "dest_addr_ton": consts.SMPP_TON_INTL,
            "dest_addr_npi": consts.SMPP_NPI_ISDN,
            "destination_addr": one.address,
            "short_message": octets,
            "data_coding": 0 if alphabet == Alphabet.GSM7 else 8,
            "esm_class": esm_class,
            "registered_delivery": 1,
        }

    # --- answers ---------------------------------------------------------------------------------

    def _answered(self, pdu: Any) -> None:
        """submit_sm_resp, query_sm_resp or generic_nack."""
        one = self.under_way.pop(pdu.sequence, None)
        if isinstance(one, Asking):
            one.told(None if pdu.is_error() else _state_fields(pdu))
        elif one is not None and pdu.is_error():
            self._part_refused(one, int(pdu.status))
        elif one is not None:
            self._part_taken(one, _text(pdu.message_id))

    def _part_taken(self, one: Sending, given_id: str) -> None:
        _, parts = one.parts()
        one.ids.append(given_id)
        at = self.note_taken(one, len(one.ids), len(parts), given_id)
        if len(one.ids) < len(parts):
            self.ready.appendleft(one)
            return
        one.told(
            Outcome(
                Result.ACCEPTED,
                external_id=",".join(one.ids),
                at=at,
                raw=f"submit_sm_resp ESME_ROK {','.join(one.ids)}".encode(),
                parts=len(parts),
            )
        )

    def _part_refused(self, one: Sending, status: int) -> None:
        if one.ids and status in TEMPORARY and time.monotonic() < one.give_up_at:
            one.not_before = time.monotonic() + THROTTLE_PAUSE
            self.ready.append(one)
            return
        one.told(refused_outcome(one, status))

    def _give_up_silent(self) -> None:
        late = time.monotonic() - ANSWER_SECONDS
        for sequence in [key for key, one in self.under_way.items() if one.sent_at < late]:
            _tell_unknown(self.under_way.pop(sequence), "SMSC không trả lời trong 15 giây.")

    def _enquire(self, client: Client) -> None:
        now = time.monotonic()
        if self._enquired and now - self._enquired > READ_SECONDS * 2:
            raise exceptions.ConnectionError
        if not self._enquired and now - self._heard > QUIET_SECONDS:
            self._enquired = now
            client.send_pdu(smpp.make_pdu("enquire_link", client=client))


def _is_more_inside(client: Client) -> bool:
    """TLS may have opened more than was read: that is nothing `select` could see."""
    return isinstance(client._socket, ssl.SSLSocket) and client._socket.pending() > 0


def _answer(client: Client, pdu: Any, status: int = consts.SMPP_ESME_ROK) -> None:
    answer = smpp.make_pdu(f"{pdu.command}_resp", client=client, status=status)
    answer.sequence = pdu.sequence
    client.send_pdu(answer)


def refused_outcome(one: Sending, status: int) -> Outcome:
    """What a command_status means for a text: a later try, none, or a doubt (part of it is out)."""
    code = f"0x{status:02X}"
    words = consts.DESCRIPTIONS.get(status, "")
    raw = f"submit_sm_resp {code} {words}".encode()
    if one.ids:
        said = f"SMSC chỉ nhận {len(one.ids)} phần rồi từ chối ({code}); không gửi lại."
        return Outcome(Result.UNKNOWN, code=code, said=said, raw=raw)
    if status in TEMPORARY:
        said = "SMSC yêu cầu gửi chậm lại." if status == THROTTLED else "SMSC tạm thời có lỗi."
        wait = THROTTLE_PAUSE * 2 if status == THROTTLED else None
        return Outcome(Result.TEMPORARY, code=code, said=said, raw=raw, wait_seconds=wait)
    return Outcome(Result.PERMANENT, code=code, said=f"SMSC từ chối tin ({code}).", raw=raw)


def _source(sender: str) -> dict[str, Any]:
    """A name is alphanumeric (TON 5); digits are an international number or a short code."""
    if not sender.isdigit():
        ton, npi = consts.SMPP_TON_ALNUM, consts.SMPP_NPI_UNK
    elif len(sender) > 8:
        ton, npi = consts.SMPP_TON_INTL, consts.SMPP_NPI_ISDN
    else:
        ton, npi = consts.SMPP_TON_UNK, consts.SMPP_NPI_ISDN
    return {"source_addr_ton": ton, "source_addr_npi": npi, "source_addr": sender}


def _state_fields(pdu: Any) -> dict[str, Any]:
    return {
        "id": _text(pdu.message_id),
        "final_date": _text(pdu.final_date),
        "message_state": int(pdu.message_state or 0),
    }


def _text(value: Any) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
    return text.strip("\x00")


def _tell_down(one: Sending | Asking) -> None:
    if isinstance(one, Asking):
        one.told(None)
        return
    if one.ids:
        _tell_unknown(one, "Đường truyền tới SMSC bị ngắt giữa các phần của tin.")
        return
    one.told(Outcome(Result.TEMPORARY, said=DOWN, wait_seconds=5, is_provider_down=True))


def _tell_unknown(one: Sending | Asking, said: str) -> None:
    if isinstance(one, Asking):
        one.told(None)
    else:
        one.told(Outcome(Result.UNKNOWN, said=said))


def _tell_late(one: Sending) -> None:
    if one.ids:
        _tell_unknown(one, "SMSC không nhận hết các phần của tin trong thời gian cho phép.")
    else:
        one.told(Outcome(Result.TEMPORARY, said="SMSC đang bận.", wait_seconds=5))
