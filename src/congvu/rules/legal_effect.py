"""What a document or piece of information is worth in law. Article 7; ND30.5, ND30.32; QD28.4."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from congvu.rules.clauses import citation, clause
from congvu.rules.finding import Finding
from congvu.rules.words import day_words


class Verdict(StrEnum):
    """Result of checking one signature. UNDETERMINED = not enough grounds, e.g. no revocation."""

    VALID = "valid"
    INVALID = "invalid"
    UNDETERMINED = "undetermined"


class LegalValue(StrEnum):
    """Worth of what was received."""

    ORIGINAL = "original"
    COPY = "copy"
    REFERENCE = "reference"
    INFORMATION = "information"
    UNDETERMINED = "undetermined"


VALUE_WORDS = {
    LegalValue.ORIGINAL: "có giá trị pháp lý như bản gốc văn bản giấy",
    LegalValue.COPY: "có giá trị như bản chính",
    LegalValue.REFERENCE: "chỉ để biết, tham khảo, không thay cho văn bản giấy",
    LegalValue.INFORMATION: "có giá trị là thông tin của cơ quan nhà nước",
    LegalValue.UNDETERMINED: "chưa đủ căn cứ xác định giá trị pháp lý",
}


@dataclass(frozen=True, slots=True)
class Signatures:
    """What the signature check found on the main file.

    persons, agency: verdicts; an empty tuple or None = there is no such signature.
    agency_after_persons: whether the agency signed after every person (see in_right_order).
    """

    persons: tuple[Verdict, ...] = ()
    agency: Verdict | None = None
    agency_after_persons: bool = True


@clause("QC.7.1", "QD28.4", "ND30.5")
def value_of_document(
    signatures: Signatures, *, through_document_system: bool
) -> Finding[LegalValue]:
    """Worth of an electronic document: the original needs both signatures and the system."""
    verdicts = [*signatures.persons, *([signatures.agency] if signatures.agency else [])]
    if not through_document_system:
        return _value(LegalValue.REFERENCE, "QD28.4", "không gửi, nhận qua Hệ thống")
    if not signatures.persons:
        return _value(LegalValue.REFERENCE, "ND30.5", "thiếu chữ ký số của người có thẩm quyền")
    if signatures.agency is None:
        return _value(LegalValue.REFERENCE, "ND30.5", "thiếu chữ ký số của cơ quan")
    if Verdict.INVALID in verdicts:
        return _value(LegalValue.REFERENCE, "ND30.5", "có chữ ký số không hợp lệ")
    if not signatures.agency_after_persons:
        said = "chữ ký số của cơ quan có trước chữ ký của người có thẩm quyền"
        return _value(LegalValue.REFERENCE, "ND30.32.2.d", said)
    if Verdict.UNDETERMINED in verdicts:
        return _value(LegalValue.UNDETERMINED, "ND30.5", "có chữ ký số chưa kiểm tra được")
    said = "đủ chữ ký số hợp lệ của người có thẩm quyền và của cơ quan, gửi qua Hệ thống"
    return _value(LegalValue.ORIGINAL, "QC.7.1", said)


@clause("QC.7.1", "ND30.26", "ND30.PL1.I.II.8.b")
def value_of_attachment(agency: Verdict | None, *, is_copy: bool = False) -> Finding[LegalValue]:
    """Worth of a separate attachment or an electronic copy: the agency's signature alone."""
    clause_id = "ND30.26" if is_copy else "ND30.PL1.I.II.8.b"
    if agency is None or agency is Verdict.INVALID:
        return _value(LegalValue.REFERENCE, clause_id, "thiếu chữ ký số hợp lệ của cơ quan")
    if agency is Verdict.UNDETERMINED:
        return _value(LegalValue.UNDETERMINED, clause_id, "chữ ký số chưa kiểm tra được")
    value = LegalValue.COPY if is_copy else LegalValue.ORIGINAL
    return _value(value, clause_id, "có chữ ký số hợp lệ của cơ quan")


@clause("QC.7.2")
def value_of_information() -> Finding[LegalValue]:
    """Worth of anything that is not an electronic document: posts, messages, notices."""
    return _value(LegalValue.INFORMATION, "QC.7.2", "không phải văn bản điện tử")


@clause("ND30.32.2.d")
def in_right_order(person_signed: Sequence[datetime], agency_signed: datetime | None) -> bool:
    """Whether the agency signed after every person (minutes may carry two persons).

    True while the agency has not signed; False when it signed although no person had.
    """
    if agency_signed is None:
        return True
    return bool(person_signed) and all(moment <= agency_signed for moment in person_signed)


@clause("QD.2")
def is_in_force(on: date, valid_from: date, valid_to: date | None = None) -> Finding[bool]:
    """Whether a text that takes effect on one day and may end on another binds on that day."""
    if on < valid_from:
        said = f"Ngày {day_words(on)} chưa có hiệu lực (hiệu lực từ {day_words(valid_from)})."
        return Finding(False, "QD.2", "", said)
    if valid_to is not None and on > valid_to:
        said = f"Ngày {day_words(on)} đã hết hiệu lực (từ sau {day_words(valid_to)})."
        return Finding(False, "QD.2", "", said)
    return Finding(True, "QD.2", "", f"Ngày {day_words(on)} đang có hiệu lực.")


def _value(value: LegalValue, clause_id: str, reason: str) -> Finding[LegalValue]:
    said = f"Văn bản, thông tin {VALUE_WORDS[value]}: {reason} ({citation(clause_id)})."
    return Finding(value, clause_id, "", said)
