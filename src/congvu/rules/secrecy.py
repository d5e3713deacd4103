"""State secrets never enter the system: finding their marks in declared fields and text. QC.4.1.

Looks at text only; images and files are read elsewhere. A detector cannot prove absence, so the
person who uploads still declares that the content is no secret. Public texts may speak *about*
secrets (this Regulation does): only marks count, and doubtful ones go to a human.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from congvu.rules.clauses import citation, clause
from congvu.rules.finding import Finding
from congvu.rules.legacy_letters import legacy_readings


class Decision(StrEnum):
    """CLEAR: nothing found. ASK: a human decides before anything is stored. REFUSE: no entry."""

    CLEAR = "clear"
    ASK = "ask"
    REFUSE = "refuse"


_GRAVITY = (Decision.CLEAR, Decision.ASK, Decision.REFUSE)


@dataclass(frozen=True, slots=True)
class Hit:
    """One mark: which rule found it, where, how grave, and which level it shows ("" unknown).

    The text itself is not kept.
    """

    rule: str
    place: str
    decision: Decision
    level: str = ""


# Stamps, joined without spaces; also as old TCVN3 and VNI fonts leave them in extracted text.
LEVEL_STAMPS = frozenset(
    {"MẬT", "TỐIMẬT", "TUYỆTMẬT", "TUYETMAT", "TOIMAT"}
    | {"MËT", "TÈIMËT", "TUYÖTMËT", "MAÄT", "TOÁIMAÄT", "TUYEÄTMAÄT"}
)
LEVELS = ("Mật", "Tối mật", "Tuyệt mật")  # LBMNN.8, the gravest last
DECLASSIFIED_STAMPS = frozenset({"GIẢIMẬT", "GI¶IMËT", "GIAÛIMAÄT", "GIAIMAT"})
OTHER_STAMPS = frozenset({"TÀILIỆUTHUHỒI", "CHỈNGƯỜICÓTÊNMỚIĐƯỢCBÓCBÌ"})

# Kind of marks on the transmission side: declared level of a package or a form.
OPEN_LEVELS = frozenset({"", "0", "thường", "thuong", "không", "khong", "không mật", "none"})

_LEVEL_FIELD = re.compile(r"^\W*độ\s+mật\s*[:：]\s*(?P<level>.*)$", re.IGNORECASE)
_TERM = re.compile(r"^\W*thời hạn bảo vệ bí mật nhà nước\s*[:：\d]", re.IGNORECASE)
_COPY = re.compile(r"bản sao số\b.{0,80}bí mật nhà nước", re.IGNORECASE)
_TERM_IN_PROSE = re.compile(r"thời hạn bảo vệ bí mật nhà nước", re.IGNORECASE)
_LEVELS_IN_PROSE = re.compile(r"\b(?:tối|tuyệt)\s+mật\b", re.IGNORECASE)
# In names and subjects a level stands apart: "[MẬT]", "(Tối mật)", "MẬT - Về việc", "tuyet_mat".
_NAMED_LEVEL = re.compile(
    r"(?:^|[\[(_\-])\s*(?:TUYỆT[\s_-]*MẬT|TỐI[\s_-]*MẬT|MẬT)\s*(?:$|[\])_\-:.])"
)
_NAMED_PLAIN = re.compile(r"(?:^|[^a-z])(?:tuyet|toi)[\s_-]*mat(?:$|[^a-z])")


@clause("QC.4.1", "LBMNN.5", "QD28.1")
def declared_level_hits(level: str, place: str = "độ mật") -> tuple[Hit, ...]:
    """A declared level other than "thường" is refused as it stands; nothing may store it."""
    said = unicodedata.normalize("NFC", level).strip().casefold()
    if said in OPEN_LEVELS:
        return ()
    return (Hit("declared-level", place, Decision.REFUSE, level_in(said)),)


@clause("QC.4.1", "LBMNN.10")
def text_hits(text: str, place: str = "nội dung") -> tuple[Hit, ...]:
    """Marks in running text, line by line; letter-spaced stamps are joined first."""
    normal = unicodedata.normalize("NFC", text)
    found = [hit for line in normal.splitlines() for hit in _line_hits(line, place)]
    for read in legacy_readings(normal):
        found += [hit for line in read.splitlines() for hit in _line_hits(line, place)]
    if _COPY.search(normal):
        found.append(Hit("numbered-copy", place, Decision.REFUSE))
    return tuple(dict.fromkeys(found))


@clause("QC.4.1", "LBMNN.10")
def name_hits(name: str, place: str) -> tuple[Hit, ...]:
    """Marks in a file name or subject: a level that stands apart, not words like "bảo mật"."""
    normal = unicodedata.normalize("NFC", name).strip()
    if stamp := _stamp_hit(normal, place):
        return (stamp,)
    if _NAMED_LEVEL.search(normal.upper()) and not normal.islower():
        return (Hit("level-in-name", place, Decision.REFUSE, level_in(normal)),)
    if _NAMED_PLAIN.search(normal.lower()):
        return (Hit("level-in-name", place, Decision.REFUSE, level_in(normal)),)
    if _LEVELS_IN_PROSE.search(normal):
        return (Hit("level-in-prose", place, Decision.ASK),)
    return next((hits for read in legacy_readings(name) if (hits := name_hits(read, place))), ())


@clause("QC.4.1")
def word_hits(text: str, words: Iterable[str], place: str) -> tuple[Hit, ...]:
    """Words of the agency's own list, whole and whatever their case: a person decides."""
    normal = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    for word in words:
        wanted = " ".join(unicodedata.normalize("NFC", word).casefold().split())
        if wanted and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", normal):
            return (Hit("agency-word", place, Decision.ASK),)
    return ()


@clause("QC.4.1", "LBMNN.5")
def judge(hits: Iterable[Hit]) -> Finding[Decision]:
    """The gravest of the hits decides."""
    found = tuple(hits)
    decision = max((hit.decision for hit in found), key=_GRAVITY.index, default=Decision.CLEAR)
    places = ", ".join(dict.fromkeys(hit.place for hit in found))
    said = {
        Decision.CLEAR: "Không thấy dấu hiệu bí mật nhà nước; người đưa lên vẫn chịu trách nhiệm",
        Decision.ASK: f"Có dấu hiệu cần người xem xét trước khi nhận ({places})",
        Decision.REFUSE: f"Có dấu hiệu bí mật nhà nước ({places}): không thực hiện trên hệ thống",
    }[decision]
    return Finding(decision, "QC.4.1", "", f"{said}, theo {citation('QC.4.1')}.")


@clause("QC.4.1")
def examine(
    *,
    declared_level: str = "",
    names: Mapping[str, str] | None = None,
    text: str = "",
    words: Iterable[str] = (),
) -> tuple[Finding[Decision], tuple[Hit, ...]]:
    """All layers at once. names: place ("tên tệp", "trích yếu") -> content; words: the agency's."""
    known = tuple(words)
    hits = list(declared_level_hits(declared_level))
    for place, name in (names or {}).items():
        hits += [*name_hits(name, place), *word_hits(name, known, place)]
    hits += [*text_hits(text), *word_hits(text, known, "nội dung")]
    return judge(hits), tuple(hits)


def level_in(text: str) -> str:
    """The gravest level that the text names, however spaced or encoded; "" where it names none."""
    plain = unicodedata.normalize("NFD", text.upper())
    letters = "".join(one for one in plain if one.isalpha())
    if any(word in letters for word in ("TUYET", "TUYOT", "TUYEAT")):
        return LEVELS[2]
    if any(word in letters for word in ("TOIMAT", "TEIMET", "TOAIMAAT")):
        return LEVELS[1]
    return LEVELS[0] if any(word in letters for word in ("MAT", "MET", "MAAT")) else ""


def gravest_level(hits: Iterable[Hit]) -> str:
    """The gravest level among the hits; "" where none of them shows one."""
    shown = {hit.level for hit in hits}
    return next((level for level in reversed(LEVELS) if level in shown), "")


def _line_hits(line: str, place: str) -> list[Hit]:
    if stamp := _stamp_hit(line, place):
        return [stamp]
    if field := _LEVEL_FIELD.match(line):
        return list(declared_level_hits(field["level"].strip(" .;|"), place))
    if _TERM.match(line):
        return [Hit("protection-term", place, Decision.REFUSE)]
    if _TERM_IN_PROSE.search(line):
        return [Hit("protection-term-in-prose", place, Decision.ASK)]
    return []


def _stamp_hit(line: str, place: str) -> Hit | None:
    """A line that holds a stamp and nothing else, however spaced, boxed or punctuated."""
    letters = "".join(ch for ch in line if ch.isalpha() or ch == "¶")
    # A stamp is set in capitals; "mật" alone in small letters is honey in a table of goods.
    if not letters or letters.islower():
        return None
    joined = letters.upper()
    if joined in DECLASSIFIED_STAMPS:
        return Hit("declassified-stamp", place, Decision.ASK)
    if joined in LEVEL_STAMPS:
        return Hit("level-stamp", place, Decision.REFUSE, level_in(joined))
    if joined in OTHER_STAMPS:
        return Hit("handling-stamp", place, Decision.REFUSE)
    return None
