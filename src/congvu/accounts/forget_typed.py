"""Forget what was being typed about a purged document when a session locked (QC.4.1)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from congvu.accounts.models import KeptInput
from congvu.rules.clauses import clause


@clause("QC.4.1", "S.34")
def forget_typed(numbers: Iterable[int]) -> int:
    """Whatever was kept at an address that carries one of these numbers; tells how much."""
    there = Q()
    for number in numbers:
        there |= Q(path__contains=f"/{number}/")
    return int(KeptInput.objects.filter(there).delete()[0]) if there else 0
