"""No paper after an electronic document, unless a list says so. QC.11.4; QD28.5, QD28.7."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from congvu.rules.clauses import citation, clause
from congvu.rules.finding import Finding


class Addressee(StrEnum):
    """Whom a document goes to, as far as paper is concerned."""

    PROVINCE_AGENCY = "province_agency"
    GOVERNMENT = "government"  # Chính phủ, Thủ tướng
    OTHER_AGENCY = "other_agency"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class PaperRule:
    """One line of the list "electronic with paper": dated data of the province.

    document_type: code of the type, or `*` for all. ground: legal basis shown to the clerk.
    """

    document_type: str
    addressee: Addressee
    ground: str
    valid_from: date
    valid_to: date | None = None

    def applies(self, document_type: str, addressee: Addressee, on: date) -> bool:
        """Whether this line covers such a document on that day."""
        in_time = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        fits = self.document_type in ("*", document_type) and self.addressee is addressee
        return in_time and fits


@clause("QC.11.4", "QD28.5", "QD28.7")
def may_send_paper(
    document_type: str,
    addressee: Addressee,
    *,
    on: date,
    is_signed_and_sent: bool,
    can_receive: bool,
    rules: Sequence[PaperRule],
) -> Finding[bool]:
    """Whether paper may go out as well.

    is_signed_and_sent: digitally signed and sent electronically. can_receive: the receiver is
    connected. The ban of QC.11.4 binds among agencies of the province.
    """
    for rule in rules:
        if rule.applies(document_type, addressee, on):
            said = f"Gửi kèm văn bản giấy theo danh mục: {rule.ground} ({citation('QD28.7')})."
            return Finding(True, "QD28.7", "", said)
    if not can_receive:
        said = "Nơi nhận chưa có điều kiện nhận văn bản điện tử nên được gửi văn bản giấy"
        return Finding(True, "QD28.5", "", f"{said} ({citation('QD28.5')}).")
    if addressee is Addressee.PROVINCE_AGENCY and is_signed_and_sent:
        said = "Đã ký số và gửi qua môi trường điện tử nên không gửi thêm văn bản giấy"
        return Finding(False, "QC.11.4", "", f"{said}, theo {citation('QC.11.4')}.")
    said = "Không thuộc trường hợp cấm gửi thêm văn bản giấy"
    return Finding(True, "QC.11.4", "", f"{said} ({citation('QC.11.4')}).")
