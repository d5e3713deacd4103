"""Fold an address as the channels keep it: mail in small letters, telephone numbers as 84…"""

from __future__ import annotations

import re

from congvu.channels.types import MAIL, SMS

_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}")
_NUMBER = re.compile(r"84\d{8,10}")


def fold_address(channel: str, written: str) -> str:
    """The folded address; empty when it cannot be one of the channel."""
    text = written.strip().lower()
    if channel == MAIL:
        return text if _MAIL.fullmatch(text) else ""
    if channel == SMS:
        digits = re.sub(r"[\s.\-()+]", "", text)
        number = f"84{digits[1:]}" if digits.startswith("0") else digits
        return number if _NUMBER.fullmatch(number) else ""
    return written.strip()
