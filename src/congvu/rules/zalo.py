"""What may be sent to a person on Zalo, and when. QC.6.2.b; the platform's terms are dated data.

Consultation answers somebody who wrote: some days from the last word, the first hours free for a
few messages. Everything else goes by a template that the platform has approved, or by night not at
all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.rules.words import local, moment_words


@dataclass(frozen=True, slots=True)
class ZaloTerms:
    """The platform's terms from a day on; a price that is not known is None."""

    valid_from: date
    consultation_days: int
    free_hours: int
    free_messages: int
    night_from: time
    night_to: time
    template_price: int | None
    consultation_price: int | None
    source: str


class Window(StrEnum):
    """Whether a consultation message may go to this person now."""

    FREE = "free"
    CHARGED = "charged"
    CLOSED = "closed"
    NEVER = "never"  # the person has not written to this account yet


def terms_on(day: date, known: Sequence[ZaloTerms]) -> ZaloTerms:
    """The terms that hold on a day; the earliest known ones before that."""
    begun = [one for one in known if one.valid_from <= day]
    if begun:
        return max(begun, key=lambda one: one.valid_from)
    return min(known, key=lambda one: one.valid_from)


@clause("QC.6.2.b")
def consultation_window(
    last_word: datetime | None, sent_since: int, *, now: datetime, terms: ZaloTerms
) -> Finding[Window]:
    """The window for this person: from their last word to the account, and what was sent since."""
    if last_word is None:
        said = "Người dân chưa nhắn cho tài khoản Zalo này; chỉ gửi được tin theo mẫu đã duyệt."
        return Finding(Window.NEVER, "QC.6.2.b", "", said)
    end = last_word + timedelta(days=terms.consultation_days)
    if now > end:
        said = (
            f"Đã quá {terms.consultation_days} ngày từ lần tương tác cuối "
            f"({moment_words(local(last_word))}); chỉ gửi được tin theo mẫu đã duyệt."
        )
        return Finding(Window.CLOSED, "QC.6.2.b", "", said)
    free_until = last_word + timedelta(hours=terms.free_hours)
    if now <= free_until and sent_since < terms.free_messages:
        left = terms.free_messages - sent_since
        said = f"Trong thời gian miễn phí đến {moment_words(local(free_until))}, còn {left} tin."
        return Finding(Window.FREE, "QC.6.2.b", "", said)
    said = f"Gửi được đến {moment_words(local(end))}, có tính phí."
    return Finding(Window.CHARGED, "QC.6.2.b", "", said)


def night_ends(now: datetime, terms: ZaloTerms) -> datetime | None:
    """When a campaign may go: None by day, else the end of this night."""
    here = local(now)
    if terms.night_to <= here.time() < terms.night_from:
        return None
    day = here.date() + timedelta(days=1 if here.time() >= terms.night_from else 0)
    return datetime.combine(day, terms.night_to, tzinfo=here.tzinfo)
