"""Rules of text messages: numbers, classes with hours and caps, brand names, words of refusal.

What changes with time is dated data (`policy_of`); the law is Decree 91/2020, whose article 3 keeps
notices of agencies out of what is advertising.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from congvu.rules.clauses import citation, clause
from congvu.rules.finding import Finding
from congvu.rules.sms_text import without_marks
from congvu.rules.words import local, moment_words

BRANDNAME_LONGEST = 11
BRANDNAME_YEARS = 3
RENEW_DAYS = 15  # the law's
WARN_DAYS = 60  # ours: the papers take time
_BRANDNAME = re.compile(r"[A-Za-z0-9\-_. ]+")
_SEPARATORS = re.compile(r"[\s.\-()]+")


class SmsClass(StrEnum):
    """What a message is before the law: it decides hours, caps and what consent it needs."""

    CARE = "care"
    INTERNAL = "internal"
    ADVERTISING = "advertising"


@dataclass(frozen=True, slots=True)
class ClassRule:
    """One class in one period. opens, closes: none when any hour will do."""

    label: str
    clause: str
    is_enabled: bool
    needs_consent: bool = False
    opens: time | None = None
    closes: time | None = None
    most_in_24_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything about text messages that is dated data."""

    name: str
    country: str
    mobile_digits: int
    mobile_prefixes: frozenset[str]
    opt_out_words: frozenset[str]
    doubtful_characters: str
    most_parts: int
    classes: Mapping[SmsClass, ClassRule]


def policy_of(parsed: Mapping[str, Any], on: date) -> Policy:
    """The period of the parsed file that holds on a day. LookupError when there is none."""
    for one in parsed["periods"]:
        if one["valid_from"] <= on and (one["valid_to"] is None or on <= one["valid_to"]):
            return Policy(
                name=one["name"],
                country=one["country"],
                mobile_digits=one["mobile_digits"],
                mobile_prefixes=frozenset(one["mobile_prefixes"].split()),
                opt_out_words=frozenset(one["opt_out_words"]),
                doubtful_characters=one["doubtful_characters"],
                most_parts=one["most_parts"],
                classes={SmsClass(key): _class(rule) for key, rule in one["classes"].items()},
            )
    raise LookupError(f"no rules of text messages on {on}")


def _class(rule: Mapping[str, Any]) -> ClassRule:
    moments = {key: time.fromisoformat(rule[key]) for key in ("opens", "closes") if rule.get(key)}
    return ClassRule(
        label=rule["label"],
        clause=rule["clause"],
        is_enabled=rule["is_enabled"],
        needs_consent=rule.get("needs_consent", False),
        most_in_24_hours=rule.get("most_in_24_hours"),
        **moments,
    )


# --- numbers ---------------------------------------------------------------------------------


@clause("QC.6.1.e")
def phone(written: str, policy: Policy) -> str | None:
    """A Vietnamese mobile number as 84…, or None when it is none."""
    digits = _SEPARATORS.sub("", written.strip())
    for lead in (f"+{policy.country}", f"00{policy.country}", policy.country, "0"):
        rest = digits.removeprefix(lead)
        if rest != digits and len(rest) == policy.mobile_digits:
            is_mobile = rest.isascii() and rest.isdigit() and rest[:2] in policy.mobile_prefixes
            return policy.country + rest if is_mobile else None
    return None


def phone_words(number: str, country: str = "84") -> str:
    """84912345678 as it is read: 0912 345 678."""
    rest = number.removeprefix(country)
    if rest == number or len(rest) != 9:
        return number
    return f"0{rest[:3]} {rest[3:6]} {rest[6:]}"


# --- classes ---------------------------------------------------------------------------------


@clause("ND91.13", "ND91.3.1")
def may_be_sent(
    kind: SmsClass, policy: Policy, at: datetime, *, sent_in_24_hours: int, has_consent: bool
) -> Finding[datetime | None]:
    """From which moment a message of this class may go to a person; None: it may not."""
    rule = policy.classes[kind]
    reasons = (
        (not rule.is_enabled, f"Loại tin “{rule.label}” không được dùng trong hệ thống này"),
        (rule.needs_consent and not has_consent, "Người nhận chưa đồng ý nhận tin quảng cáo"),
        (
            rule.most_in_24_hours is not None and sent_in_24_hours >= rule.most_in_24_hours,
            f"Số điện thoại này đã nhận {sent_in_24_hours} tin quảng cáo trong 24 giờ",
        ),
    )
    for holds, reason in reasons:
        if holds:
            return Finding(None, rule.clause, policy.name, f"{reason}, {citation(rule.clause)}.")
    moment = _opening(rule, at)
    said = f"Được gửi từ {moment_words(moment)}, {citation(rule.clause)}."
    return Finding(moment, rule.clause, policy.name, said)


def _opening(rule: ClassRule, at: datetime) -> datetime:
    """The moment itself within the hours of the class, else the next opening."""
    if rule.opens is None or rule.closes is None:
        return at
    here = local(at)
    if rule.opens <= here.time() < rule.closes:
        return at
    day = here.date() + timedelta(days=here.time() >= rule.closes)
    return datetime.combine(day, rule.opens, here.tzinfo)


@clause("ND91.13.4")
def is_opt_out(text: str, policy: Policy, names: Iterable[str] = ()) -> bool:
    """Whether a message refuses further ones: the word alone, or with our brand name behind it.

    More words make it a letter: "Hủy hồ sơ giúp tôi" is somebody's matter, and no refusal.
    """
    words = (
        re.sub(r"[^A-Za-z0-9\-_. ]", " ", without_marks(text)).upper().strip(" .").split(None, 1)
    )
    if not words or words[0] not in policy.opt_out_words:
        return False
    return len(words) == 1 or words[1].strip() in {one.upper() for one in names}


# --- brand names -----------------------------------------------------------------------------


@clause("ND91.23")
def is_brandname(name: str) -> bool:
    """Whether a name may stand as a sender: at most 11 Latin letters, digits, `-_. `, not only
    digits."""
    fits = 0 < len(name) <= BRANDNAME_LONGEST and name == name.strip()
    return fits and bool(_BRANDNAME.fullmatch(name)) and not name.replace(" ", "").isdigit()


def longest_validity(granted_on: date) -> date:
    """The last day of a brand name granted on a day: three years (ND91.28)."""
    try:
        return granted_on.replace(year=granted_on.year + BRANDNAME_YEARS)
    except ValueError:  # granted on a 29 February
        return date(granted_on.year + BRANDNAME_YEARS, 2, 28)


class Standing(StrEnum):
    """How a brand name stands on a day."""

    FUTURE = "future"
    VALID = "valid"
    RENEW = "renew"  # the papers should go out
    LATE = "late"  # fewer than fifteen days are left: the law's last day for asking has passed
    EXPIRED = "expired"


@clause("ND91.28")
def standing(granted_on: date, valid_to: date, on: date) -> Standing:
    """What a day means for a brand name that is valid from one day to another, both included."""
    if on < granted_on:
        return Standing.FUTURE
    left = (valid_to - on).days
    if left < 0:
        return Standing.EXPIRED
    if left < RENEW_DAYS:
        return Standing.LATE
    return Standing.RENEW if left <= WARN_DAYS else Standing.VALID


def renew_by(valid_to: date) -> date:
    """The last day on which renewal may be asked for."""
    return valid_to - timedelta(days=RENEW_DAYS)
