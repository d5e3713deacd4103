"""Frozen values of the documents room that other rooms and the pages read.

Forms and prints: what a typeset document, register or slip is made from.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from congvu.kit.blocks import Block

# --- Forms (Nghị định 30/2020/NĐ-CP, Phụ lục I and III) --------------------------------------------


@dataclass(frozen=True)
class AttachedPart:
    """A text that a decision issues, printed in the same file (mẫu 1.3): "QUY CHẾ", what about."""

    type_name: str
    subject: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Invitation:
    """The lines of a Giấy mời (mẫu 1.7); empty ones are not printed."""

    host: str
    guests: tuple[str, ...]
    purpose: str = ""
    chair: str = ""
    time: str = ""
    place: str = ""


@dataclass(frozen=True)
class FormValues:
    """Everything one typeset document says.

    `type_code` is the abbreviation of the type (QĐ, TTr, BC, ...; "CV" for a công văn, which has
    none on paper). Agency names are explicit lines (`name_lines` makes them). `symbol` is what
    stands after the number ("QĐ-UBND", "2022/QĐ-UBND"). `number_line` and `date_line` stay empty
    in a file that will be signed: the clerk's strip brings them; in a draft (`is_draft`) the blanks
    are printed. `addressees` is "Kính gửi"; `received_by` is "Nơi nhận" without dashes, its last
    line "Lưu: VT, …". `seal_diameter_mm` is the real size of the agency's seal.
    """

    type_code: str
    subject: str
    agency_lines: tuple[str, ...]
    place: str
    signer_title: str
    signer_name: str
    blocks: tuple[Block, ...] = ()
    agency_upper_lines: tuple[str, ...] = ()
    agency_name: str = ""
    issuing_authority: str = ""
    authority_lines: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    received_by: tuple[str, ...] = ()
    drafter_mark: str = ""
    urgency: str = ""
    symbol: str = ""
    year: int | None = None
    number_line: str = ""
    date_line: str = ""
    attached: tuple[AttachedPart, ...] = ()
    invitation: Invitation | None = None
    qr_url: str = ""
    check_lines: tuple[str, ...] = ()
    is_draft: bool = False
    seal_diameter_mm: float = 36.0


# --- Prints: registers, evidence, slips, indexes ---------------------------------------------------


@dataclass(frozen=True)
class RegisterPrint:
    """A register for printing and binding: ten columns a row, in the order of Phụ lục IV.

    Outgoing: số ký hiệu; ngày tháng; tên loại và trích yếu; người ký; nơi nhận; đơn vị, người nhận
    bản lưu; số lượng bản; ngày chuyển; ký nhận; ghi chú. Incoming: ngày đến; số đến; tác giả; số ký
    hiệu; ngày tháng; tên loại và trích yếu; đơn vị, người nhận; ngày chuyển; ký nhận; ghi chú.
    """

    agency_name: str
    upper_name: str
    year: int
    from_day: str
    to_day: str
    from_number: str
    to_number: str
    volume: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class EvidenceMoment:
    """One moment in the life of a document: its legal name, time, clause, and why it is so."""

    name: str
    time: str
    who: str
    clause: str
    explanation: str
    calendar_version: str = ""


@dataclass(frozen=True)
class EvidenceSheet:
    """Phiếu chứng cứ gửi, nhận: the moments of one document at one agency."""

    agency_upper_lines: tuple[str, ...]
    agency_lines: tuple[str, ...]
    document_line: str
    subject: str
    sender: str
    receiver: str
    file_hash: str
    printed_at: str
    printed_by: str
    moments: tuple[EvidenceMoment, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoutingOpinion:
    """One part of the slip: who is to do what by when, or what is proposed; with name and day."""

    lines: tuple[tuple[str, str], ...] = ()
    opinion: str = ""
    name: str = ""
    day: str = ""


@dataclass(frozen=True)
class RoutingSlip:
    """Phiếu giải quyết văn bản đến (Phụ lục IV): leader, unit heads, handlers."""

    agency_upper_lines: tuple[str, ...]
    agency_lines: tuple[str, ...]
    arrival_number: str
    arrival_day: str
    document_line: str
    author: str
    subject: str
    leader: tuple[RoutingOpinion, ...] = ()
    unit_heads: tuple[RoutingOpinion, ...] = ()
    handlers: tuple[RoutingOpinion, ...] = ()


@dataclass(frozen=True)
class RecordIndexRow:
    """One document in a record: the seven columns of the index without the ordinal."""

    number: str
    day: str
    subject: str
    author: str
    pages: str
    note: str = ""


@dataclass(frozen=True)
class RecordIndex:
    """Mục lục văn bản trong hồ sơ (Phụ lục V)."""

    agency_upper_lines: tuple[str, ...]
    agency_lines: tuple[str, ...]
    record_code: str
    record_title: str
    retention: str
    rows: tuple[RecordIndexRow, ...] = field(default=())
