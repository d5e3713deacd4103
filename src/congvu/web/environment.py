"""The Jinja2 environment of all our pages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from congvu.kit import clock
from congvu.rules.sms_text import Alphabet, measure

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def moment(at: datetime | None) -> str:
    """07:30, thứ Hai 14/02/2022."""
    if at is None:
        return "—"
    here = clock.local(at)
    return f"{here:%H:%M}, {WEEKDAYS[here.weekday()]} {here:%d/%m/%Y}"


def due(at: datetime | None) -> str:
    """A deadline: midnight is said as the end of the day before, "hết thứ Hai 14/02/2022"."""
    if at is None or clock.local(at).time() != time():
        return moment(at)
    last = clock.local(at) - timedelta(days=1)
    return f"hết {WEEKDAYS[last.weekday()]} {last:%d/%m/%Y}"


def kept_value(text: str) -> str:
    """The value of a finding that was kept as evidence: a moment as people read it, else words."""
    try:
        return moment(datetime.fromisoformat(text)) if "T" in text else text
    except ValueError:
        return text


def short_moment(at: datetime | None) -> str:
    """07:30 14/02/2022, and without the date when it is today."""
    if at is None:
        return "—"
    here = clock.local(at)
    return f"{here:%H:%M}" if here.date() == clock.today() else f"{here:%H:%M %d/%m/%Y}"


def day(on: date | datetime | None) -> str:
    """14/02/2022."""
    if on is None:
        return "—"
    if isinstance(on, datetime):
        on = clock.local(on)
    return f"{on:%d/%m/%Y}"


def clock_time(at: datetime | None) -> str:
    """07:30."""
    return "—" if at is None else f"{clock.local(at):%H:%M}"


def count(number: int) -> str:
    """1.234, as officials write it."""
    return f"{number:,}".replace(",", ".")


def size(number: int) -> str:
    """A size of a file: 245 KB, 1,2 MB."""
    if number < 1024 * 1024:
        return f"{max(1, round(number / 1024))} KB"
    return f"{number / 1024 / 1024:.1f} MB".replace(".", ",")


def sms_length(text: str) -> str:
    """What a short message takes: 144 ký tự có dấu, 3 phần."""
    found = measure(text)
    marks = "" if found.alphabet == Alphabet.GSM7 else " có dấu"
    return f"{count(found.units)} ký tự{marks}, {len(found.parts)} phần"


def url(name: str, *arguments: Any, **named: Any) -> str:
    """The address of a page by its English name."""
    if named:
        return reverse(name, args=arguments, kwargs=named)
    return _address(settings.ROOT_URLCONF, name, arguments)


@lru_cache(maxsize=16384)
def _address(urls: str, name: str, arguments: tuple[Any, ...]) -> str:
    """Kept: a list of thirty rows asks forty times, and mostly for what it asked before."""
    return reverse(name, args=arguments)


@lru_cache(maxsize=256)
def kept_static(path: str) -> str:
    """The address of a file of ours; it cannot change while the process runs."""
    return str(static(path))


def environment(**options: Any) -> Environment:
    """Strict: a name that a page forgot is an error, never an empty text."""
    made = Environment(**{**options, "undefined": StrictUndefined}, trim_blocks=True)  # noqa: S701
    made.lstrip_blocks = True
    made.globals.update(
        url=url, static=kept_static, upload_mb=settings.MAX_UPLOAD_BYTES // 1024 // 1024
    )
    made.filters.update(
        moment=moment,
        due=due,
        kept_value=kept_value,
        short_moment=short_moment,
        day=day,
        clock_time=clock_time,
        count=count,
        size=size,
        sms_length=sms_length,
    )
    return made
