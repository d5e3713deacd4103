"""The rules of text messages that hold on a day, from `channels/data/sms.yaml`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from congvu.rules.sms import Policy, policy_of

FILE = Path(__file__).resolve().parent / "data" / "sms.yaml"


@lru_cache(maxsize=1)
def _written() -> Any:
    return yaml.safe_load(FILE.read_text("utf-8"))


@lru_cache(maxsize=64)
def policy_on(day: date) -> Policy:
    """The rules of that day; what was sent before the first of them goes by the first."""
    earliest: date = _written()["periods"][0]["valid_from"]
    return policy_of(_written(), max(day, earliest))
