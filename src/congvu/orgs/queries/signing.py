"""With what right a posting may sign: the facts for rules.authority (ND30.13; documents R5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db.models import QuerySet

from congvu.orgs.models import Delegation, Posting
from congvu.orgs.types import HEADS, Rank, SigningAuthority
from congvu.rules.authority import Authority, Capacity, Regime, may_sign
from congvu.rules.clauses import clause

OWN_RIGHT = {
    Rank.HEAD: Capacity.HEAD,
    Rank.ACTING_HEAD: Capacity.ACTING_HEAD,
}


@clause("ND30.13")
def signing_authority(
    posting_id: int, document_type: str, day: date, agency_id: int | None = None
) -> SigningAuthority | None:
    """The right this posting uses for a document of the type dated `day`.

    agency_id: whose document (default: any agency that the posting may sign for). When no right
    covers the document the first one is given, its finding saying why not; None: no right at all.
    """
    found = [
        one
        for one in signing_authorities(posting_id, document_type, day)
        if agency_id in (None, one.agency_id)
    ]
    return next((one for one in found if one.finding.value), found[0] if found else None)


def signing_authorities(posting_id: int, document_type: str, day: date) -> list[SigningAuthority]:
    """Every right of the posting on that day, the strongest first: own, KT., TL., TUQ."""
    holder = (
        _postings(day)
        .filter(id=posting_id)
        .select_related("person", "position", "agency", "unit")
        .first()
    )
    if holder is None:
        return []
    return _rights(holder, document_type, day, list(_delegations(day).filter(taker=holder)))


def signers_of(agency_id: int, document_type: str, day: date) -> list[SigningAuthority]:
    """Who may sign a document of this type for the agency on that day, in the agency's order."""
    given: dict[int, list[Delegation]] = {}
    for one in _delegations(day).filter(giver__agency_id=agency_id):
        given.setdefault(one.taker_id, []).append(one)
    own = _postings(day).filter(agency_id=agency_id, position__rank__in=[*HEADS, Rank.DEPUTY])
    holders = (own | _postings(day).filter(id__in=given)).select_related(
        "person", "position", "agency", "unit"
    )
    rights = [
        right
        for holder in holders.order_by("ordering", "id")
        for right in _rights(holder, document_type, day, given.get(holder.id, []))
    ]
    return [one for one in rights if one.finding.value and one.agency_id == agency_id]


def _postings(day: date) -> QuerySet[Posting]:
    rows: QuerySet[Posting] = Posting.objects.filter(valid_from__lte=day)
    return rows.exclude(valid_to__lt=day)


def _delegations(day: date) -> QuerySet[Delegation]:
    """Delegations not revoked, whose giver still holds the post on that day; also suspended ones.

    Their own dates are left to the rule, so that the objection can be told.
    """
    rows: QuerySet[Delegation] = Delegation.objects.filter(
        revoked_at__isnull=True, giver__valid_from__lte=day
    )
    return (
        rows.exclude(giver__valid_to__lt=day)
        .select_related("giver__agency", "giver__position", "taker__position")
        .order_by("-valid_from", "-id")
    )


def _rights(
    holder: Posting, document_type: str, day: date, received: Sequence[Delegation]
) -> list[SigningAuthority]:
    """The rights of one holder, judged for this document."""
    rights = [*_own_rights(holder, received), *_given_rights(holder, day, received)]
    return [
        SigningAuthority(
            posting_id=holder.id,
            agency_id=agency_id,
            full_name=holder.person.full_name,
            authority=authority,
            finding=may_sign(authority, on=day, subject_field=document_type),
            delegation_id=delegation_id,
        )
        for agency_id, authority, delegation_id in rights
    ]


Right = tuple[int, Authority, int | None]


def _own_rights(holder: Posting, received: Sequence[Delegation]) -> Iterator[Right]:
    """What the position itself gives: the head's right, or a deputy's KT.

    A suspended assignment gives nothing, and is no missing assignment either.
    """
    rank = holder.position.rank
    if rank in OWN_RIGHT:
        yield holder.agency_id, _authority(holder, holder, OWN_RIGHT[rank]), None
    if rank == Rank.DEPUTY:
        assigned = [one for one in received if one.kind == Delegation.Kind.DEPUTY]
        for one in _standing(assigned):
            yield holder.agency_id, _authority(holder, one.giver, Capacity.DEPUTY, one), one.id
        if not assigned:
            yield holder.agency_id, _authority(holder, holder, Capacity.DEPUTY), None


def _given_rights(holder: Posting, day: date, received: Sequence[Delegation]) -> Iterator[Right]:
    """What a delegation gives: TL., KT. under TL., TUQ."""
    capacities = {
        Delegation.Kind.BY_ORDER: Capacity.BY_ORDER,
        Delegation.Kind.BY_PROXY: Capacity.AUTHORISED,
    }
    for one in _standing(received):
        if one.kind in capacities:
            authority = _authority(holder, one.giver, capacities[Delegation.Kind(one.kind)], one)
            yield one.giver.agency_id, authority, one.id
        elif holder.position.rank == Rank.UNIT_DEPUTY:
            # The unit's head passes on what the head of the agency ordered (TL., then KT.).
            orders = _delegations(day).filter(taker=one.giver_id, kind=Delegation.Kind.BY_ORDER)
            for order in _standing(orders):
                authority = _authority(holder, order.giver, Capacity.BY_ORDER_DEPUTY, order)
                yield order.giver.agency_id, authority, order.id


def _standing(delegations: Iterable[Delegation]) -> list[Delegation]:
    """Those that are not suspended because a key or an account is out of control (QC.10.3)."""
    return [one for one in delegations if one.suspended_at is None]


def _authority(
    holder: Posting, giver: Posting, capacity: Capacity, given: Delegation | None = None
) -> Authority:
    agency = giver.agency
    rank = holder.position.rank
    return Authority(
        regime=Regime(agency.regime),
        capacity=capacity,
        head_title=agency.head_title or giver.position.title,
        own_title=holder.position.title,
        body=agency.collective_name,
        unit_head_title=given.taker.position.title if given else "",
        fields=frozenset(given.document_types) if given else frozenset(),
        document=given.basis if given else "",
        valid_from=given.valid_from if given else holder.valid_from,
        valid_to=given.valid_to if given else holder.valid_to,
        delegate_heads_unit=rank in (Rank.UNIT_HEAD, *HEADS),
        is_redelegated=giver.position.rank not in HEADS,
    )
