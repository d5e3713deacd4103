"""Frozen values of the documents room that other rooms and the pages read.

Forms and prints: what a typeset document, register or slip is made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field, fields
from typing import Any

from congvu.kit.block_reading import from_plain_text
from congvu.kit.blocks import Block, from_json, to_json, to_text
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.official_text import read_official_text
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.kit.refusals import MALFORMED_CONTENT
from congvu.rules.document_types import DocumentType

# --- Forms (Nghị định 30/2020/NĐ-CP, Phụ lục I and III) -------------------------------------------


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
class Minutes:
    """The lines of a Biên bản (mẫu 1.9): when it began, where, who was there, when it ended.

    Its chair and secretary are those who sign it.
    """

    began: str = ""
    place: str = ""
    attended: tuple[str, ...] = ()
    ended: str = ""

    @property
    def text(self) -> str:
        """Every word of it."""
        return "\n".join((self.began, self.place, *self.attended, self.ended))


@dataclass(frozen=True)
class Slip:
    """A paper given to one person: giấy giới thiệu (mẫu 1.8) or giấy nghỉ phép (mẫu 1.10).

    `ends`: the last day that the paper, or the leave, counts.
    """

    bearer: str = ""
    title: str = ""
    sent_to: str = ""
    about: str = ""
    asked_on: str = ""
    duration: str = ""
    begins: str = ""
    ends: str = ""
    place: str = ""
    counted_into: str = ""

    @property
    def text(self) -> str:
        """Every word of it."""
        return "\n".join(one for one in astuple(self) if one)


@dataclass(frozen=True)
class SignerLines:
    """Who signs beside the document's signer: what stands above the name, and the name."""

    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class FormValues:
    """Everything one typeset document says.

    `type_code` is the abbreviation of the type (QĐ, TTr, BC, ...; "CV" for a công văn, which has
    none on paper). Agency names are explicit lines (`name_lines` makes them). `symbol` is what
    stands after the number ("QĐ-UBND", "2022/QĐ-UBND"). `number_line` and `date_line` stay empty
    in a file that will be signed: the clerk's strip brings them; in a draft (`is_draft`) the blanks
    are printed. `addressees` is "Kính gửi"; `received_by` is "Nơi nhận" without dashes, its last
    line "Lưu: VT, …". `co_signers` sign before the signer, in this order. `seal_diameter_mm` is the
    real size of the agency's seal.
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
    minutes: Minutes | None = None
    slip: Slip | None = None
    co_signers: tuple[SignerLines, ...] = ()
    qr_url: str = ""
    check_lines: tuple[str, ...] = ()
    is_draft: bool = False
    seal_diameter_mm: float = 36.0


# --- Prints: registers, evidence, slips, indexes --------------------------------------------------


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


@dataclass(frozen=True)
class CopyClosing:
    """The closing block of a copy on paper: form ("SAO Y"), agency, number, date, who signs."""

    form: str
    symbol: str
    agency_name: str
    agency_upper_lines: tuple[str, ...]
    agency_lines: tuple[str, ...]
    number_line: str
    date_line: str
    authority_lines: tuple[str, ...]
    signer_title: str
    signer_name: str
    received_by: tuple[str, ...]


# --- Drafts --------------------------------------------------------------------------------------

MOST_LINES = 300
MOST_LINE_LETTERS = 500

# Two types have no abbreviation on paper (ND30 Phụ lục III, I); the forms still need a name.
FORM_NAMES = {"cong-van": "CV", "thu-cong": "ThC"}


def form_code_of(kind: DocumentType) -> str:
    """The `FormValues.type_code` of a type: its abbreviation, or "CV", "ThC"."""
    return kind.abbreviation or FORM_NAMES[kind.code]


@dataclass(frozen=True)
class RecipientChoice:
    """One recipient as chosen: an agency of the province, or a name outside (then `name`).

    `part` is a value of models.Recipient.Part: "main" (to act) or "copy" (for information).
    """

    to_agency_id: int | None = None
    name: str = ""
    part: str = "main"


@dataclass(frozen=True)
class CoSignerChoice:
    """Somebody who signs before the signer; `label` stands above the name ("": the title)."""

    posting_id: int
    label: str = ""


@dataclass(frozen=True)
class DraftContent:
    """What the drafter types: the text as blocks and the lines around it.

    `received_by` is printed under "Nơi nhận"; empty: made from the recipients. `addressees` is
    printed after "Kính gửi". `attached` are texts issued by the document, in the same file.
    """

    blocks: tuple[Block, ...] = ()
    addressees: tuple[str, ...] = ()
    received_by: tuple[str, ...] = ()
    attached: tuple[AttachedPart, ...] = ()
    invitation: Invitation | None = None
    minutes: Minutes | None = None
    slip: Slip | None = None
    issuing_authority: str = ""
    drafter_mark: str = ""

    @property
    def text(self) -> str:
        """Every word of the draft as plain text: for checks, search and differences."""
        parts = [to_text(self.blocks)]
        for one in self.attached:
            parts += [one.type_name, one.subject, to_text(one.blocks)]
        if self.minutes is not None:
            parts.append(self.minutes.text)
        if self.slip is not None:
            parts.append(self.slip.text)
        return "\n".join([*parts, *self.addressees, *self.received_by])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to print but the frame."""
        lines = self.invitation or self.slip
        return not self.blocks and not self.attached and lines is None

    def to_json(self) -> dict[str, Any]:
        """The draft as JSON; `draft_from_json` reads it back to an equal draft."""
        return {
            "blocks": to_json(self.blocks),
            "addressees": list(self.addressees),
            "received_by": list(self.received_by),
            "attached": [
                {
                    "type_name": one.type_name,
                    "subject": one.subject,
                    "blocks": to_json(one.blocks),
                }
                for one in self.attached
            ],
            "invitation": asdict(self.invitation) if self.invitation else None,
            "minutes": {**asdict(self.minutes), "attended": list(self.minutes.attended)}
            if self.minutes
            else None,
            "slip": asdict(self.slip) if self.slip else None,
            "issuing_authority": self.issuing_authority,
            "drafter_mark": self.drafter_mark,
        }


def draft_of_text(text: str) -> DraftContent:
    """A draft of a typed or pasted text; of a whole official document only the text is taken."""
    whole = read_official_text(text)
    if not whole.type_name:
        return DraftContent(blocks=from_plain_text(text))
    return DraftContent(
        blocks=(*whole.bases, *whole.blocks),
        attached=tuple(
            AttachedPart(one.type_name, one.subject, one.blocks) for one in whole.attached
        ),
        issuing_authority=whole.issuing_authority,
    )


def draft_from_json(content: object) -> DraftContent:
    """A draft from JSON of any origin, cleaned (NFC, no invisible letters).

    Refuses another shape (kit.E022), too long a text (kit.E023), an old encoding (kit.E021).
    """
    draft = _mapping(content, "đầu nội dung")
    attached, invitation = draft.get("attached") or [], draft.get("invitation")
    minutes, slip = draft.get("minutes"), draft.get("slip")
    return DraftContent(
        blocks=from_json(draft.get("blocks") or []),
        addressees=_lines(draft, "addressees"),
        received_by=_lines(draft, "received_by"),
        attached=tuple(_attached_part(one) for one in _listed(attached, "attached")),
        invitation=_invitation(_mapping(invitation, "invitation")) if invitation else None,
        minutes=_minutes(_mapping(minutes, "minutes")) if minutes else None,
        slip=_slip(_mapping(slip, "slip")) if slip else None,
        issuing_authority=_line(draft, "issuing_authority"),
        drafter_mark=_line(draft, "drafter_mark"),
    )


def _mapping(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise refusal(MALFORMED_CONTENT, place=place, fault="sai cấu trúc")
    return value


def _attached_part(value: object) -> AttachedPart:
    entry = _mapping(value, "attached")
    return AttachedPart(
        _line(entry, "type_name"), _line(entry, "subject"), from_json(entry.get("blocks") or [])
    )


def _invitation(entry: Mapping[str, Any]) -> Invitation:
    return Invitation(
        host=_line(entry, "host"),
        guests=_lines(entry, "guests"),
        purpose=_line(entry, "purpose"),
        chair=_line(entry, "chair"),
        time=_line(entry, "time"),
        place=_line(entry, "place"),
    )


def _minutes(entry: Mapping[str, Any]) -> Minutes:
    return Minutes(
        began=_line(entry, "began"),
        place=_line(entry, "place"),
        attended=_lines(entry, "attended"),
        ended=_line(entry, "ended"),
    )


def _slip(entry: Mapping[str, Any]) -> Slip:
    return Slip(**{one.name: _line(entry, one.name) for one in fields(Slip)})


def _line(entry: Mapping[str, Any], name: str) -> str:
    return _clean_line(entry.get(name) or "", name)


def _lines(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    cleaned = (_clean_line(line, name) for line in _listed(entry.get(name) or [], name))
    return tuple(line for line in cleaned if line)


def _listed(values: object, name: str) -> list[object]:
    if not isinstance(values, list | tuple) or len(values) > MOST_LINES:
        fault = f"phải là danh sách tối đa {MOST_LINES} dòng"
        raise refusal(MALFORMED_CONTENT, place=name, fault=fault)
    return list(values)


def _clean_line(value: object, name: str) -> str:
    refuse_unless(isinstance(value, str), MALFORMED_CONTENT, place=name, fault="phải là chữ")
    line = plain_spaces(clean_text(str(value)))
    refuse_if(
        len(line) > MOST_LINE_LETTERS,
        MALFORMED_CONTENT,
        place=name,
        fault=f"dài quá {MOST_LINE_LETTERS} ký tự",
    )
    return line
