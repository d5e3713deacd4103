"""What crosses the room's walls: places on a page, signed files, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from congvu.kit.typeset import Slot
from congvu.rules.legal_effect import Signatures, Verdict

POINTS_PER_MM = 72 / 25.4


def fitted(slot: Slot, aspect: float) -> Slot:
    """The largest slot of this aspect (width / height) centred inside `slot`."""
    width = min(slot.width, slot.height * aspect)
    height = width / aspect
    return Slot(
        slot.page,
        slot.x + (slot.width - width) / 2,
        slot.y + (slot.height - height) / 2,
        width,
        height,
    )


class FieldName(StrEnum):
    """Names of the signature fields, in the order in which they are signed."""

    PERSON = "ChuKyNguoiCoThamQuyen"
    NUMBER = "SoVaThoiGian"
    SEAL = "ChuKyCoQuan"
    APPENDIX = "ChuKyCoQuanPhuLuc"
    COPY = "ChuKyCoQuanBanSao"
    ARRIVAL = "DauDen"


class Act(StrEnum):
    """What a signature was put for."""

    SIGNED = "signed"
    NUMBERED = "numbered"
    SEALED = "sealed"
    APPENDIX_SIGNED = "appendix_signed"
    COPY_SIGNED = "copy_signed"
    ARRIVAL_STAMPED = "arrival_stamped"


@dataclass(frozen=True)
class KeyRoad:
    """How a person's key is reached (ports.Road, in its own word) and whether it wants a PIN;
    `service` names the remote service where there is one."""

    road: str
    wants_pin: bool = False
    service: str = ""
    is_typed: bool = False  # at the service's key: a PIN or a code is asked for on the next page
    at_once: int = 1  # how many signatures one confirmation at the service may be for

    @property
    def is_remote(self) -> bool:
        """Whether a remote service asks the holder first."""
        return self.road == "remote"

    @property
    def is_plugin(self) -> bool:
        """Whether the program on the signer's own machine signs."""
        return self.road == "plugin"


@dataclass(frozen=True)
class RemoteWait:
    """A request at a remote service, as its signer looks at it."""

    id: int
    state: str
    state_label: str
    said: str
    asked_at: datetime
    seconds_left: int
    code: str  # shown on the phone as well
    service: str
    certificate: str
    subject_kind: str
    subject_id: int
    base_file: str
    wants_pin: bool = False  # its holder types them here
    otp: str = ""
    otp_asked_at: datetime | None = None
    is_in_lot: bool = False  # confirmed with others: its sitting's page shows that

    @property
    def is_typed(self) -> bool:
        """Whether something is typed here, and nothing confirmed on the phone."""
        return self.wants_pin or bool(self.otp)


@dataclass(frozen=True)
class LotWait:
    """A request for several signatures at a remote service, as its signer looks at it."""

    id: int
    is_answered: bool
    is_sent: bool  # the service knows of it, or its holder types here
    seconds_left: int
    code: str  # shown on the phone as well
    count: int
    service: str
    wants_pin: bool
    otp: str
    otp_asked_at: datetime | None

    @property
    def is_typed(self) -> bool:
        """Whether something is typed here, and nothing confirmed on the phone."""
        return self.wants_pin or bool(self.otp)

    @property
    def mark(self) -> str:
        """How far it is: a page that shows another mark is out of date."""
        stage = "answered" if self.is_answered else "sent" if self.is_sent else "kept"
        return f"{self.id}-{stage}"


class Variant(StrEnum):
    """How number and date enter a signed file.

    A signed strip; text fields made before the person signed; or the signing program of the agency
    writes them: into the page, as an annotation, or into the look of its signature. `UNSEEN`: what
    it should have written beside an appendix or a copy cannot be read on the file.
    """

    STRIP = "strip"
    FIELDS = "fields"
    CONTENT = "content"
    ANNOTATION = "annotation"
    LOOK = "look"
    UNSEEN = "unseen"


# What the clerk is told after the program has signed.
VARIANT_WORDS: dict[Variant, str] = {
    Variant.CONTENT: "Phần mềm ký số đã ghi số, ngày vào trang, nên nơi nhận thấy “có bổ sung sau "
    "khi ký”.",
    Variant.ANNOTATION: "Phần mềm ký số đã ghi số, ngày thành chú thích trên trang, nên nơi nhận "
    "thấy “có bổ sung sau khi ký”.",
    Variant.UNSEEN: "Không đọc thấy dòng chữ phần mềm ký số phải ghi bên chữ ký của cơ quan; hãy "
    "mở tệp xem lại.",
}


class FormName(StrEnum):
    """Names of the text fields of the second variant."""

    NUMBER = "SoKyHieu"
    DATE = "NgayBanHanh"


@dataclass(frozen=True)
class NumberPlace:
    """Where number and date go: a strip, of which the number has the left `share`."""

    slot: Slot
    share: float

    @property
    def number_box(self) -> tuple[float, float, float, float]:
        """The left part, as PDF rectangles are written."""
        left, bottom, right, top = self.slot.box
        return (left, bottom, left + (right - left) * self.share, top)

    @property
    def date_box(self) -> tuple[float, float, float, float]:
        """The right part."""
        left, bottom, right, top = self.slot.box
        return (left + (right - left) * self.share, bottom, right, top)


@dataclass(frozen=True)
class NumberOnPage:
    """Number and date as they go on a file: `strip_pdf` shows both lines over the whole place.

    `spellings` are the ways in which a program may write them; the first is number and symbol.
    """

    strip_pdf: bytes
    place: NumberPlace
    number_line: str
    date_line: str
    spellings: tuple[str, ...]


class Level(StrEnum):
    """How long a signature can be judged (ETSI EN 319 142-1)."""

    B = "b-b"
    T = "b-t"
    LT = "b-lt"
    LTA = "b-lta"


LEVEL_WORDS: dict[Level, str] = {
    Level.B: "chữ ký số, chưa có dấu thời gian (B-B)",
    Level.T: "có dấu thời gian (B-T)",
    Level.LT: "có dấu thời gian và thông tin thu hồi (B-LT)",
    Level.LTA: "lưu giữ lâu dài: có thông tin thu hồi và dấu thời gian lưu trữ (B-LTA)",
}


class FileState(StrEnum):
    """What a reader is told about a file as a whole."""

    UNSIGNED = "unsigned"
    INTACT = "intact"
    ADDED_TO = "added_to"
    BROKEN = "broken"
    UNREADABLE = "unreadable"


FILE_STATE_WORDS: dict[FileState, str] = {
    FileState.UNSIGNED: "chưa ký số",
    FileState.INTACT: "nguyên vẹn",
    FileState.ADDED_TO: "nguyên vẹn – có bổ sung sau khi ký, cần xem",
    FileState.BROKEN: "đã bị sửa",
    FileState.UNREADABLE: "không đọc được",
}


# The verdict on one signature (TT 41/2017/TT-BTTTT).
VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.VALID: "hợp lệ",
    Verdict.INVALID: "không hợp lệ",
    Verdict.UNDETERMINED: "không đủ căn cứ",
}


class HolderKind(StrEnum):
    """Whose signature it is: a person's, an agency's, or not known to this system."""

    PERSON = "person"
    AGENCY = "agency"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SignedPdf:
    """A file with one more signature. `slot` is where its image was drawn; `sha256` of `pdf`."""

    pdf: bytes
    sha256: str
    field: str
    slot: Slot
    certificate_id: int
    record_id: int
    signed_at: datetime


@dataclass(frozen=True)
class TokenHolder:
    """Whose request a one-time token of the plug-in belongs to."""

    waiting_id: int
    agency_id: int
    person_id: int


@dataclass(frozen=True)
class SignatureReport:
    """One signature as a reader must see it (documents facts 102 to 105).

    `claimed_at` is what the signer's machine said, `stamped_at` what a trusted time-stamp says
    (None: none). `certificate_state` and `reason` are Vietnamese sentences.
    """

    field: str
    holder_kind: HolderKind
    holder_id: int | None
    signer: str
    organisation: str
    issuer: str
    serial: str
    fingerprint: str
    claimed_at: datetime | None
    stamped_at: datetime | None
    certificate_from: datetime | None
    certificate_to: datetime | None
    certificate_state: str
    is_intact: bool
    covers_file: bool
    modification: str
    verdict: Verdict
    reason: str
    note: str = ""
    kind: str = "signature"  # or "timestamp": over the whole file
    stamped_by: str = ""  # whose time-stamp proves `stamped_at`
    level: str = ""  # of the signature in this file (Level); empty where none was read

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> SignatureReport:
        """A stored signature report."""
        moments = ("claimed_at", "stamped_at", "certificate_from", "certificate_to")
        read = {name: kept[name] and datetime.fromisoformat(kept[name]) for name in moments}
        kinds = {
            "holder_kind": HolderKind(kept["holder_kind"]),
            "verdict": Verdict(kept["verdict"]),
        }
        return cls(**{**kept, **read, **kinds})

    @property
    def is_time_stamp(self) -> bool:
        """Whether it is a time-stamp over the file, which nobody signs in person."""
        return self.kind == "timestamp"

    @property
    def level_words(self) -> str:
        """The level in Vietnamese; empty where none was read."""
        return LEVEL_WORDS[Level(self.level)] if self.level else ""

    @property
    def verdict_words(self) -> str:
        """The verdict in the words of the law."""
        return VERDICT_WORDS[self.verdict]


@dataclass(frozen=True)
class Verification:
    """Everything known about the signatures of one file at `at`."""

    sha256: str
    at: datetime
    state: FileState
    summary: str
    signatures: tuple[SignatureReport, ...] = ()
    person_is_valid: bool = False
    agency_is_valid: bool = False
    in_order: bool = False
    fault: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def state_words(self) -> str:
        """The state in Vietnamese."""
        return FILE_STATE_WORDS[self.state]

    def as_json(self) -> dict[str, Any]:
        """The whole report in what JSON can hold; `from_json` gives it back."""
        return cast(dict[str, Any], _plain(asdict(self)))

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Verification:
        """A stored report."""
        signatures = tuple(SignatureReport.from_json(one) for one in kept["signatures"])
        return cls(
            **{
                **kept,
                "at": datetime.fromisoformat(kept["at"]),
                "state": FileState(kept["state"]),
                "signatures": signatures,
                "notes": tuple(kept["notes"]),
            }
        )

    @property
    def for_law(self) -> Signatures:
        """The same in the words of `rules.legal_effect`: what the two signatures are worth."""
        people = [one for one in self.signatures if one.holder_kind == HolderKind.PERSON]
        agency = [
            one
            for one in self.signatures
            if one.holder_kind == HolderKind.AGENCY
            and one.field != FieldName.NUMBER
            and not one.field.startswith(FieldName.ARRIVAL)  # the receiver's, not the issuer's
        ]
        places = {id(one): place for place, one in enumerate(self.signatures)}
        first = min((places[id(one)] for one in agency), default=len(places))
        verdicts = {one.verdict for one in agency}
        worst = (Verdict.INVALID, Verdict.UNDETERMINED, Verdict.VALID)
        return Signatures(
            persons=tuple(one.verdict for one in people),
            agency=next((verdict for verdict in worst if verdict in verdicts), None),
            agency_after_persons=all(places[id(one)] < first for one in people),
        )

    @property
    def has_both_valid(self) -> bool:
        """Person and agency both signed validly, person first (documents R7, R8)."""
        return self.person_is_valid and self.agency_is_valid and self.in_order


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
