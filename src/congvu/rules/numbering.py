"""Number and symbol of a document, its series and its date line. ND30.15, 22; annex I part I.II.

The gapless drawing of the next number needs a locked row and lives with the registers; here is
what the number means: which series, which year, how it is written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from congvu.rules.clauses import citation, clause
from congvu.rules.document_types import DocumentType, Group
from congvu.rules.finding import Finding
from congvu.rules.words import day_words, local


class NumberingError(ValueError):
    """A number or symbol that the law does not allow."""


class AdministrativeSeries(StrEnum):
    """The agency head's choice for administrative documents (ND30.15.1.c)."""

    PER_TYPE = "per_type"
    COMMON = "common"


@dataclass(frozen=True, slots=True)
class SeriesPolicy:
    """How one agency splits its yearly series.

    own_groups: type code -> group name, for heads who number some types together.
    """

    administrative: AdministrativeSeries = AdministrativeSeries.COMMON
    own_groups: Mapping[str, str] = field(default_factory=dict)


@clause("ND30.15.1", "ND30.15.2", "ND30.PL1.I.II.3")
def series_key(
    kind: DocumentType, policy: SeriesPolicy, *, council: str = "", sector: str = ""
) -> str:
    """Which yearly series of the agency the document draws its number from.

    council: abbreviation of a council, board or group that uses the agency's seal (own series).
    sector: code of a specialised field with its own series (ND30.15.1.b).
    """
    if kind.group is Group.COPY:
        return "copies"
    if council:
        return f"council:{council}"
    if kind.group is Group.LEGAL:
        return f"legal:{kind.code}"
    if sector:
        return f"sector:{sector}"
    if kind.code in policy.own_groups:
        return f"group:{policy.own_groups[kind.code]}"
    if policy.administrative is AdministrativeSeries.PER_TYPE:
        return f"type:{kind.code}"
    return "common"


INCOMING_SERIES = "incoming"


@clause("ND30.15.1", "ND30.22.2")
def series_year(moment: datetime) -> int:
    """The calendar year, in Vietnam time, in which a number given at that moment counts."""
    return local(moment).year


@clause("ND30.15.1", "ND30.22.2")
def next_number(last: int | None) -> int:
    """The number after the last one given in this series and year; 1 opens the year."""
    if last is None:
        return 1
    if last < 0:
        raise NumberingError(f"a series cannot stand at {last}")
    return last + 1


@clause("ND30.15.1")
def missing_numbers(given: Iterable[int]) -> tuple[int, ...]:
    """Numbers skipped between 1 and the highest one given; empty for a sound series."""
    numbers = set(given)
    return tuple(n for n in range(1, max(numbers, default=0) + 1) if n not in numbers)


@clause("ND30.15.1")
def date_allowed(document_date: date, last_date: date | None, today: date) -> Finding[bool]:
    """Whether the next number of a series may carry this date.

    Numbers follow the order of issue in one calendar year: the date may be neither before the
    last numbered document, nor in another year than today's, nor in the future.
    """
    if document_date > today:
        said = f"Ngày văn bản {day_words(document_date)} ở tương lai nên chưa thể cấp số"
    elif document_date.year != today.year:
        said = f"Ngày văn bản {day_words(document_date)} không thuộc năm {today.year}"
    elif last_date is not None and document_date < last_date:
        said = (
            f"Ngày văn bản {day_words(document_date)} trước ngày của số đã cấp gần nhất "
            f"({day_words(last_date)})"
        )
    else:
        said = f"Ngày văn bản {day_words(document_date)} đúng thứ tự cấp số"
        return Finding(True, "ND30.15.1", "", f"{said}, theo {citation('ND30.15.1')}.")
    return Finding(False, "ND30.15.1", "", f"{said}; {citation('ND30.15.1')}.")


def padded(number: int) -> str:
    """`01` to `09`, then as is. Raises NumberingError below 1."""
    if number < 1:
        raise NumberingError(f"not a document number: {number}")
    return f"{number:02d}"


@clause("ND30.PL1.I.II.3")
def symbol(kind: DocumentType, agency: str, *, unit: str = "") -> str:
    """The symbol: `QĐ-UBND`; công văn and thư công `UBND-VX` with the drafting unit or field."""
    if kind.abbreviation:
        return f"{kind.abbreviation}-{_abbreviation(agency)}"
    if not unit:
        raise NumberingError(f"{kind.name} cần chữ viết tắt của đơn vị soạn thảo hoặc lĩnh vực")
    return f"{_abbreviation(agency)}-{_abbreviation(unit)}"


@clause("ND30.PL1.I.II.3")
def number_and_symbol(
    number: int, kind: DocumentType, agency: str, *, year: int, unit: str = ""
) -> str:
    """`05/UBND-VX`, `15/QĐ-BNV`; legal normative documents `03/2022/QĐ-UBND`."""
    middle = f"{year}/" if kind.year_in_symbol else ""
    return f"{padded(number)}/{middle}{symbol(kind, agency, unit=unit)}"


@clause("ND30.PL1.I.II.4.b")
def date_line(place: str, day: date) -> str:
    """`Phú Yên, ngày 31 tháng 01 năm 2022`: days below 10 and months 1 and 2 get a zero."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def _abbreviation(text: str) -> str:
    if not text or any(not (ch.isalnum() or ch == "-") for ch in text):
        raise NumberingError(f"not an abbreviation: {text!r}")
    return text
