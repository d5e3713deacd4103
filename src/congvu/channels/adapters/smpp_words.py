"""What SMPP 3.4 says and in which words: receipts, states, ids, addresses, letters of a deliver_sm.

Events are kept as JSON with the octets in hexadecimal; this module alone reads them again. A
receipt's moment is the carrier's clock, often to the minute, in the zone its contract names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from congvu.channels.types import SMS, Incoming, PartTaken, ProviderFacts, Receipt
from congvu.rules.sms_text import Alphabet, decode

THROTTLED, QUEUE_FULL, SYSTEM_ERROR = 0x58, 0x14, 0x08
TEMPORARY = {THROTTLED, QUEUE_FULL, SYSTEM_ERROR}
RECEIPT_CLASS, HEADER_CLASS = 0x04, 0x40
# message_state (5.2.28) and the words of receipts (appendix B): the same eight things.
STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
_KIND_OF = {
    "DELIVRD": ("delivered", "B"),
    "ACCEPTD": ("relayed", "C"),
    "ENROUTE": ("delayed", "C"),
    "UNKNOWN": ("delayed", "D"),
    "EXPIRED": ("failed", "B"),
    "DELETED": ("failed", "B"),
    "UNDELIV": ("failed", "B"),
    "REJECTD": ("failed", "B"),
}
SAID = {
    "DELIVRD": "Tin đã đến máy người nhận.",
    "ACCEPTD": "Nhà mạng đã nhận tin, chưa báo đến máy người nhận.",
    "ENROUTE": "Tin đang trên đường.",
    "UNKNOWN": "Nhà mạng không rõ tin đã đến hay chưa.",
    "EXPIRED": "Hết hạn chuyển mà máy người nhận không liên lạc được.",
    "DELETED": "Tin bị nhà mạng xóa.",
    "UNDELIV": "Không chuyển được đến máy người nhận.",
    "REJECTD": "Nhà mạng từ chối tin.",
}
M = TypeVar("M", datetime, None)
_FIELD = re.compile(r"(id|stat|err|submit date|done date):\s*(\S*)", re.I)


def outcome_kind(state: str) -> tuple[str, str]:
    """Kind and grade of evidence for one of the eight words."""
    return _KIND_OF.get(state.upper(), _KIND_OF["UNKNOWN"])


def plain_id(given: str, form: str) -> str:
    """A message id in the one form in which ids are compared: decimal where it is a number."""
    text = given.strip().strip("\x00")
    try:
        if form == "hex":
            return str(int(text, 16))
        if form == "dec":
            return str(int(text))
    except ValueError:
        return text
    return text


def moment_of(written: str, zone: str, otherwise: M) -> datetime | M:
    """yymmddhhmm[ss] of a receipt, or SMPP's absolute time; `otherwise` where it says nothing."""
    digits = written[:12] if len(written) == 16 else written
    form = {10: "%y%m%d%H%M", 12: "%y%m%d%H%M%S"}.get(len(digits))
    if form is None or not digits.isdigit():
        return otherwise
    try:
        return datetime.strptime(digits, form).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return otherwise


def written_event(facts: Mapping[str, Any]) -> bytes:
    """An event as it is kept."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()


def read_event(provider: ProviderFacts, raw: bytes) -> Sequence[Receipt | Incoming | PartTaken]:
    """What a kept event says; ValueError when it says nothing that is known."""
    try:
        said = json.loads(raw)
        at = datetime.fromisoformat(said["at"])
        if said["kind"] == "taken":
            plain = plain_id(said["id"], str(provider.secrets.get("submit_ids", "text")))
            tracking, ordinal, of = said["tracking"], said["ordinal"], said["of"]
            return [PartTaken(tracking, ordinal, of, said["id"], plain, at)]
        if said["kind"] == "asked":
            return [_answered(provider, said, at)]
        if said["kind"] == "piece":
            return []  # it waits for the others; the whole comes as an event of its own
        if said["kind"] == "deliver":
            octets = bytes.fromhex(said["octets"])
            if said["esm_class"] & RECEIPT_CLASS:
                return [_receipt(provider, said, octets, at)]
            return [_incoming(provider, said, octets, at, raw)]
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError("Sự kiện SMPP thiếu thông tin.") from fault
    raise ValueError("Không hiểu được sự kiện SMPP.")


def _receipt(
    provider: ProviderFacts, said: Mapping[str, Any], octets: bytes, at: datetime
) -> Receipt:
    text = octets.decode("latin-1")
    found = {name.lower(): value for name, value in _FIELD.findall(text)}
    given = said.get("receipted_id") or found.get("id", "")
    state = found.get("stat", "").upper() or STATES.get(said.get("message_state") or 0, "UNKNOWN")
    if not given:
        raise ValueError("Báo cáo nhận không có mã tin.")
    kind, grade = outcome_kind(state)
    error = found.get("err", "")
    return Receipt(
        kind,
        grade,
        moment_of(found.get("done date", ""), _zone(provider), at),
        external_id=plain_id(given, str(provider.secrets.get("receipt_ids", "text"))),
        code=f"{state} {error}".strip(),
        said=SAID.get(state, SAID["UNKNOWN"]),
        address=folded_number(said["source"]),
        submitted_at=moment_of(found.get("submit date", ""), _zone(provider), None),
    )


def _answered(provider: ProviderFacts, said: Mapping[str, Any], at: datetime) -> Receipt:
    """An answer to query_sm is as good as a receipt."""
    state = STATES.get(said["message_state"], "UNKNOWN")
    kind, grade = outcome_kind(state)
    return Receipt(
        kind,
        grade,
        moment_of(said["final_date"], _zone(provider), at),
        external_id=plain_id(said["id"], str(provider.secrets.get("submit_ids", "text"))),
        code=f"{state} query_sm",
        said=SAID[state],
    )


def _zone(provider: ProviderFacts) -> str:
    return str(provider.secrets.get("zone", "Asia/Ho_Chi_Minh"))


def _incoming(
    provider: ProviderFacts, said: Mapping[str, Any], octets: bytes, at: datetime, raw: bytes
) -> Incoming:
    return Incoming(
        channel=SMS,
        provider_id=provider.id,
        external_id=said["id"],
        to_address=folded_number(said["destination"]),
        from_address=folded_number(said["source"]),
        from_name="",
        subject="",
        text=letters(octets, said["data_coding"]) + _missing_words(said.get("missing") or []),
        raw=raw,
        raw_mime="application/json",
        entered_at=at,
    )


def _missing_words(missing: Sequence[int]) -> str:
    """A long message that never came whole says so where its reader reads it."""
    if not missing:
        return ""
    return f"\n[Tin dài chưa nhận đủ: thiếu phần {', '.join(map(str, missing))}]"


def letters(octets: bytes, data_coding: int) -> str:
    """The text of a message that came in."""
    if data_coding == 0x08:
        return decode(octets, Alphabet.UCS2)
    if data_coding in {0x03, 0x04}:
        return octets.decode("latin-1")
    return decode(octets, Alphabet.GSM7)


def folded_number(written: str) -> str:
    """A number as addresses are kept: 84912345678; a short code or a name stays."""
    number = written.strip().lstrip("+")
    is_national = number.startswith("0") and number.isdigit() and len(number) >= 10
    return f"84{number[1:]}" if is_national else number


@dataclass(frozen=True)
class Piece:
    """A kept piece of a long message that came in."""

    source: str
    destination: str
    reference: int
    of: int
    ordinal: int
    octets: bytes

    def of_one(self, source: str, destination: str, reference: int, of: int) -> bool:
        """Whether it belongs to the message that is named so."""
        mine = (self.source, self.destination, self.reference, self.of)
        return mine == (source, destination, reference, of)


def read_piece(raw: bytes) -> Piece:
    """A kept piece, read again."""
    said = json.loads(raw)
    header = header_of(bytes.fromhex(said["octets"]))
    reference, of, ordinal, octets = header or (0, 0, 0, b"")
    return Piece(said["source"], said["destination"], reference, of, ordinal, octets)


def header_of(octets: bytes) -> tuple[int, int, int, bytes] | None:
    """Reference, number of parts and ordinal of a part of a long message, and its own octets."""
    if len(octets) < 6 or octets[0] >= len(octets):
        return None
    header, body = octets[1 : octets[0] + 1], octets[octets[0] + 1 :]
    while len(header) >= 2 and len(header) >= 2 + header[1]:
        name, size = header[0], header[1]
        value, header = header[2 : 2 + size], header[2 + size :]
        if name == 0x00 and size == 3:
            return value[0], value[1], value[2], body
        if name == 0x08 and size == 4:
            return value[0] << 8 | value[1], value[2], value[3], body
    return None
