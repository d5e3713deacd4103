"""The way out in a text message and in a message over Zalo that go by consent: one short link.

Mail has its own header and line (RFC 8058). The link is letters of the 7-bit alphabet only, so that
it makes no part longer than it must; it is counted in the parts like every other word. What is done
by duty carries none, and neither does a template of Zalo, whose words Zalo has approved.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings

from congvu.channels.types import SMS, ZALO, Order
from congvu.rules.clauses import clause

# Read aloud and typed by hand without a doubt: no i, l, o, 0, 1. 14 of them are 69 random bits.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
KEY_LENGTH = 14
SAMPLE_KEY = "x" * KEY_LENGTH  # what is counted before the person is known
BEFORE = {SMS: "\nTừ chối nhận: ", ZALO: "\n\nTừ chối nhận tin: "}
LONGEST_ZALO = 1000


def new_key() -> str:
    """The name of one consent in its link: the whole right to end it, and nothing else."""
    return "".join(secrets.choice(LETTERS) for _ in range(KEY_LENGTH))


def short_address(key: str) -> str:
    """Where the link leads: the page on which one tap ends the consent."""
    return f"{settings.PUBLIC_ADDRESS.rstrip('/')}/r/{key}"


def withdrawal_line(channel: str, key: str) -> str:
    """What stands behind the words of the message."""
    return f"{BEFORE[channel]}{short_address(key)}"


@clause("QC.6.2.b", "ND91.13.4")
def add_withdrawal_links(order: Order, keys: Mapping[str, str]) -> Order:
    """The order with the way out on each road whose consent has a key."""
    texts = dict(order.texts)
    for channel, key in keys.items():
        text = texts.get(channel, {})
        if channel not in BEFORE or not text.get("text") or _is_template(text, order, channel):
            continue
        words, line = str(text["text"]), withdrawal_line(channel, key)
        if channel == ZALO:
            words = words[: LONGEST_ZALO - len(line)]
        texts[channel] = {**text, "text": f"{words}{line}"}
    return replace(order, texts=texts)


def _is_template(text: Mapping[str, object], order: Order, channel: str) -> bool:
    return channel == ZALO and (
        text.get("kind") == "template" or order.addresses[ZALO].startswith("tel:")
    )
