"""Refuse what bears the mark of a state secret, and have the officer told after the roll-back.

Of what was refused stay only when, by whom, at which entrance, which level is suspected and which
rule said so: no content, no hash, no name of a file (QC.4.1, LBMNN.5).
"""

from __future__ import annotations

from collections.abc import Iterable

from congvu.kit import clock
from congvu.kit.afterwards import tell_afterwards
from congvu.kit.events import SecretRefused
from congvu.kit.refusal import refusal
from congvu.kit.refusals import SECRECY_MARK
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.rules.secrecy import Decision, Hit, gravest_level, judge


@clause("QC.4.1", "LBMNN.5")
def refuse_state_secret(
    hits: Iterable[Hit], *, entrance: str, code: str = SECRECY_MARK, agency_id: int | None = None
) -> Finding[Decision]:
    """Refuse a strong hit with `code`; gives the finding where a person may still decide."""
    found = tuple(hits)
    decided = judge(found)
    if decided.value is Decision.REFUSE:
        grave = [hit for hit in found if hit.decision is Decision.REFUSE]
        tell_afterwards(
            SecretRefused(
                entrance=entrance,
                rules=tuple(sorted({hit.rule for hit in grave})),
                places=tuple(dict.fromkeys(hit.place for hit in grave)),
                level=gravest_level(grave),
                at=clock.now(),
                agency_id=agency_id,
            )
        )
        raise refusal(code, said=decided.explanation)
    return decided
