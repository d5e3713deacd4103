"""Give another the right to sign: KT. to a deputy, TL. or TUQ. to the head of a unit (ND30.13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import refusals
from congvu.orgs.models import Delegation, Posting
from congvu.orgs.queries import subordinate_ids
from congvu.orgs.types import AGENCY_ADMIN, HEADS, Actor, Rank
from congvu.rules.authority import Authority, Capacity, Regime, may_sign
from congvu.rules.clauses import clause

# Who may take what. A unit's deputy takes KT. from the unit's head, for what that one holds TL.
TAKERS: dict[str, frozenset[str]] = {
    "KT": frozenset({Rank.DEPUTY, Rank.UNIT_DEPUTY}),
    "TL": frozenset({Rank.UNIT_HEAD}),
    "TUQ": frozenset({Rank.UNIT_HEAD, *HEADS}),
}
CAPACITIES = {"KT": Capacity.DEPUTY, "TL": Capacity.BY_ORDER, "TUQ": Capacity.AUTHORISED}


@clause("ND30.13")
def delegate_signing(
    *,
    kind: str,
    giver_id: int,
    taker_id: int,
    document_types: Iterable[str],
    scope: str,
    basis: str,
    valid_from: date,
    valid_to: date | None,
    by: Actor | None,
    at: datetime,
) -> Delegation:
    """Record a delegation. kind: "KT", "TL" or "TUQ"; basis: the document that grants it.

    document_types: codes it is limited to; empty = no limit, which TUQ. may not have. The limits
    themselves (in writing, in time, in content, no passing on) are judged by rules.authority.
    """
    with transaction.atomic():
        held = Posting.objects.select_related("position", "agency").in_bulk([giver_id, taker_id])
        giver, taker = held.get(giver_id), held.get(taker_id)
        types = sorted(set(document_types))

        refuse_unless(giver and taker, refusals.NO_POSTING, day=f"{valid_from:%d/%m/%Y}")
        _refuse_strangers(by, giver)
        refuse_if(valid_to is not None and valid_to < valid_from, refusals.DATES_REVERSED)
        refuse_unless(_fits(kind, giver, taker, valid_from), refusals.NOT_SUBORDINATE)
        refuse_unless(_may_give(kind, giver, taker), refusals.MAY_NOT_DELEGATE)
        finding = may_sign(
            _authority(kind, giver, taker, types, basis, valid_from, valid_to),
            on=valid_from,
            subject_field=types[0] if types else "",
        )
        refuse_unless(finding.value, refusals.DELEGATION_LIMITS, said=finding.explanation)

        delegation = Delegation.objects.create(
            kind=kind,
            giver=giver,
            taker=taker,
            document_types=types,
            scope=scope,
            basis=basis.strip(),
            valid_from=valid_from,
            valid_to=valid_to,
        )

        write_entry(
            "orgs.signing_delegated",
            by=by,
            at=at,
            on=("delegation", delegation.id),
            agency_id=giver.agency_id,
            clause="ND30.13",
            details={"kind": kind, "giver": giver_id, "taker": taker_id, "basis": basis},
        )
    return delegation


def _refuse_strangers(by: Actor | None, giver: Posting) -> None:
    """The giver, or the administrator who records what the giver decided on paper."""
    refuse_if(by is not None and by.agency_id != giver.agency_id, refusals.OTHER_AGENCY)
    is_giver = by is not None and by.posting_id == giver.id
    refuse_unless(by is None or is_giver or by.has(AGENCY_ADMIN), refusals.MAY_NOT_DELEGATE)


def _fits(kind: str, giver: Posting, taker: Posting, day: date) -> bool:
    """Whether the taker's rank and place allow this kind."""
    if giver.id == taker.id or taker.position.rank not in TAKERS[kind]:
        return False
    if taker.agency_id == giver.agency_id:
        return True
    # The head of a subordinate agency may be authorised in writing (ND30.13.3).
    below = subordinate_ids(giver.agency_id, day)
    return kind == "TUQ" and taker.position.rank in HEADS and taker.agency_id in below


def _may_give(kind: str, giver: Posting, taker: Posting) -> bool:
    """The head gives; a unit's head passes TL. on to the own deputy only (KT. under TL.)."""
    if giver.position.rank in HEADS:
        return taker.position.rank != Rank.UNIT_DEPUTY
    passes_on = giver.position.rank == Rank.UNIT_HEAD and giver.unit_id == taker.unit_id
    return kind == "KT" and passes_on and taker.position.rank == Rank.UNIT_DEPUTY


def _authority(
    kind: str,
    giver: Posting,
    taker: Posting,
    types: list[str],
    basis: str,
    valid_from: date,
    valid_to: date | None,
) -> Authority:
    return Authority(
        regime=Regime(giver.agency.regime),
        capacity=CAPACITIES[kind],
        head_title=giver.position.title,
        own_title=taker.position.title,
        body=giver.agency.collective_name,
        fields=frozenset(types),
        document=basis.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        delegate_heads_unit=taker.position.rank in TAKERS["TUQ"],
        is_redelegated=kind == "TUQ" and giver.position.rank not in HEADS,
    )
