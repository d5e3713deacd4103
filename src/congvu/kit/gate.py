"""The gate: every byte from outside passes it, whatever the entrance (QC.4.1, QC.4.4; S.31, S.33).

Order: size and name · structure in the sandbox · scanner · marks of state secrets. Everything
happens in memory: until the last stage has let the file pass nothing of it is on disk, in the
database, in a queue or in a log. What an entrance takes and refuses is its `Profile`.

`pass_gate` gives a `Passed` or refuses with a code of kit (E030 to E039). A doubt about secrets is
not refused here: `Passed.doubt` says it and the caller asks the person, whose answer it keeps.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings

from congvu.kit import letter_reading
from congvu.kit import refusals as texts
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.kit.screening import DOCX, JPEG, PDF, PNG, XLSX, found, kind_of
from congvu.kit.secret_marks import letters_of
from congvu.kit.secret_refusal import refuse_state_secret
from congvu.kit.virus_scan import ScanVerdict, scan
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.rules.secrecy import Decision, Hit, level_in, name_hits, word_hits

MEGABYTE = 1 << 20
LONGEST_NAME = 255
LIMITS = Limits(cpu_seconds=20, wall_seconds=40.0)
KINDS: Mapping[str, str] = {PDF: "PDF", DOCX: "DOCX", XLSX: "XLSX", PNG: "PNG", JPEG: "JPEG"}
ENDINGS: Mapping[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
}
ACTIVE = frozenset(
    {"javascript", "launch", "open_action", "xfa", "rich_media", "macros", "active_x", "program"}
    | {"linked_outside"}
)
FAULT_WORDS = {
    "encrypted": "tệp bị đặt mật khẩu nên người nhận không mở được.",
    "damaged": "tệp bị hỏng hoặc bị cắt cụt.",
    "no_pages": "tệp PDF không có trang nào.",
    "too_heavy": "tệp có cấu trúc bất thường, vượt giới hạn an toàn.",
    "polyglot": "tệp chứa hai định dạng chồng lên nhau.",
    "bad_path": "gói tệp có đường dẫn bất thường bên trong.",
    "doctype": "tệp có khai báo XML không được phép (DOCTYPE).",
}
FEATURE_WORDS = {
    "javascript": "mã JavaScript",
    "launch": "lệnh mở chương trình",
    "open_action": "lệnh tự chạy khi mở",
    "xfa": "biểu mẫu XFA",
    "rich_media": "âm thanh, phim hoặc nội dung động",
    "macros": "macro",
    "active_x": "thành phần ActiveX",
    "program": "chương trình chạy được",
    "linked_outside": "liên kết tự nạp nội dung bên ngoài",
    "embedded": "tệp nhúng bên trong",
}
STAMPS = {"MAT", "TOIMAT", "TUYETMAT"}


class Entrance(StrEnum):
    """By which door a file comes."""

    DRAFT = "draft"
    INTAKE = "intake"
    PUBLIC = "public"
    PACKAGE = "package"
    MAIL = "mail"
    CHAT = "chat"
    PLUGIN = "plugin"


@dataclass(frozen=True)
class Profile:
    """What a door takes: types with the names people know, size in bytes, features refused, and
    whether it stays shut while the scanner gives no answer."""

    kinds: Mapping[str, str]
    refused: frozenset[str] = ACTIVE | {"embedded"}
    most_bytes: int | None = None  # None: the installation's limit
    needs_scanner: bool = False


_PAPERS = {kind: KINDS[kind] for kind in (PDF, DOCX, PNG, JPEG)}
PROFILES: Mapping[Entrance, Profile] = {
    Entrance.DRAFT: Profile(KINDS),
    Entrance.INTAKE: Profile(KINDS, refused=ACTIVE),
    Entrance.PUBLIC: Profile({PDF: "PDF"}, refused=frozenset(), needs_scanner=True),
    Entrance.PACKAGE: Profile(KINDS, refused=ACTIVE),
    Entrance.MAIL: Profile(KINDS),
    # Our own file comes back with a signature on it; signers' machines add nothing else.
    Entrance.PLUGIN: Profile({PDF: "PDF"}),
    Entrance.CHAT: Profile(_PAPERS, most_bytes=20 * MEGABYTE),
}


@dataclass(frozen=True)
class Passed:
    """A file that may come in: its cleaned name, what it is, and what the gate has seen.

    `doubt`: a question about state secrets that a person must answer first (None: no question).
    `scanned`: what the virus scanner said; `held` files are not readable before it has spoken.
    """

    name: str
    mime: str
    size: int
    pages: int | None
    page_size: tuple[float, float]
    features: tuple[str, ...]
    scanned: ScanVerdict
    doubt: Finding[Decision] | None
    hits: tuple[Hit, ...]

    @property
    def is_held(self) -> bool:
        """Whether the file must wait for the scanner before anybody reads it."""
        return self.scanned is ScanVerdict.DOWN

    @property
    def seen(self) -> dict[str, Any]:
        """What the gate saw, for the audit log: nothing of the content."""
        rules = sorted({hit.rule for hit in self.hits})
        return {"carries": list(self.features), "scanned": str(self.scanned), "marks": rules}


@clause("QC.4.1", "S.31", "S.33")
def pass_gate(
    content: bytes,
    name: str,
    *,
    entrance: Entrance,
    kinds: Mapping[str, str] | None = None,
    words: Iterable[str] = (),
    agency_id: int | None = None,
) -> Passed:
    """Let the file pass or refuse it; see the module. `kinds` narrows the profile's types.

    `words` are the agency's own (a doubt, never a refusal); `agency_id` says whose entrance it is
    where nobody is signed in (a package, a message).
    """
    profile = PROFILES[entrance]
    kinds = profile.kinds if kinds is None else kinds
    name = plain_spaces(clean_text(name)).replace("/", "-").replace("\\", "-").strip(". ")
    limit = profile.most_bytes or settings.MAX_UPLOAD_BYTES

    refuse_unless(0 < len(name) <= LONGEST_NAME, texts.BAD_NAME, limit=LONGEST_NAME)
    refuse_unless(content, texts.EMPTY_FILE, name=name)
    size = -(-len(content) // MEGABYTE)
    refuse_if(len(content) > limit, texts.TOO_LARGE, name=name, size=size, limit=limit // MEGABYTE)
    named = name_hits(name, "tên tệp")
    refuse_state_secret(named, entrance=entrance, agency_id=agency_id)

    known = tuple(words)
    facts = _facts(content, known)
    _refuse_structure(facts, name, profile, kinds)
    verdict, what = scan(content)
    refuse_if(verdict is ScanVerdict.INFECTED, texts.MALWARE, name=name, what=what)
    refuse_if(profile.needs_scanner and verdict is ScanVerdict.DOWN, texts.SCANNER_DOWN, name=name)

    hits = (*named, *word_hits(name, known, "tên tệp"), *_hits(facts["marks"]), *_inner(facts))
    decided = refuse_state_secret(hits, entrance=entrance, agency_id=agency_id)
    width, height = facts["page_size"]
    return Passed(
        name=name,
        mime=facts["mime"],
        size=len(content),
        pages=facts["pages"],
        page_size=(width, height),
        features=tuple(facts["features"]),
        scanned=verdict,
        doubt=decided if decided.value is Decision.ASK else None,
        hits=hits,
    )


def look_at(content: bytes) -> dict[str, Any]:
    """The structure of a file that is already ours: mime, pages, page_size (see screening)."""
    facts: dict[str, Any] = run_limited("congvu.kit.screening:screen", content, limits=LIMITS)
    return facts


def _facts(content: bytes, words: tuple[str, ...]) -> dict[str, Any]:
    if not kind_of(content[:4096]):
        return found("")
    try:
        facts: dict[str, Any] = run_limited(
            "congvu.kit.screening:screen",
            content,
            options={"marks": True, "words": words},
            limits=LIMITS,
        )
    except SandboxFailure:
        facts = found(PDF, fault="too_heavy")
    return facts


def _refuse_structure(
    facts: Mapping[str, Any], name: str, profile: Profile, kinds: Mapping[str, str]
) -> None:
    fault, mime = facts["fault"], facts["mime"]
    if fault == "malware":
        raise refusal(texts.MALWARE, name=name, what="EICAR")
    refuse_if(fault, texts.BAD_STRUCTURE, name=name, fault=FAULT_WORDS.get(fault, ""))
    refuse_unless(mime in kinds, texts.FOREIGN_TYPE, name=name, kinds=", ".join(kinds.values()))
    endings = ENDINGS[mime]
    has_ending = name.lower().endswith(endings)
    refuse_unless(has_ending, texts.OTHER_ENDING, name=name, kind=KINDS[mime], ending=endings[0])
    carried = [FEATURE_WORDS[one] for one in facts["features"] if one in profile.refused]
    refuse_if(carried, texts.ACTIVE_CONTENT, name=name, what=", ".join(carried))


def _hits(marks: Mapping[str, Any]) -> Iterable[Hit]:
    for rule, place, decision, level in marks.get("hits", ()):
        yield Hit(rule, place, Decision(decision), level)
    stamps = [base64.b64decode(one) for one in marks.get("stamps", ())]
    if stamps:
        yield _stamp(stamps)
    elif marks.get("scans"):
        # Black stamps cannot be told from print: a person looks at every scanned page.
        yield Hit("scan-to-look-at", "bản quét", Decision.ASK)


def _inner(facts: Mapping[str, Any]) -> Iterable[Hit]:
    """Files inside the file are not opened here: who brings it must have looked at them."""
    if "embedded" in facts["features"]:
        yield Hit("embedded-to-look-at", "tệp nhúng bên trong", Decision.ASK)


def _stamp(pictures: list[bytes]) -> Hit:
    """A red block where the stamp of a level stands: read, or for a person to look at."""
    if letter_reading.is_installed():
        for picture in pictures:
            read = letters_of(letter_reading.read_line(picture))
            if read in STAMPS:
                return Hit("red-stamp", "dấu đỏ trên bản quét", Decision.REFUSE, level_in(read))
    return Hit("red-stamp-unread", "dấu đỏ trên bản quét", Decision.ASK)
