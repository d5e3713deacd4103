"""Findings of rules, kept with the rows they decided: evidence never changes afterwards."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any

from congvu.rules.finding import Finding


def kept(finding: Finding[Any]) -> dict[str, Any]:
    """A finding as JSON: value, clause, calendar_version, explanation, notes."""
    return {
        "value": _plain(finding.value),
        "clause": finding.clause,
        "calendar_version": finding.calendar_version,
        "explanation": finding.explanation,
        "notes": list(finding.notes),
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(part) for name, part in asdict(value).items()}
    return value
