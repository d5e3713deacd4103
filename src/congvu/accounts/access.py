"""Who may come in from where, who may manage whose account, which roles exclude each other."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from congvu.accounts.models import Account, Leave
from congvu.accounts.types import Zone
from congvu.kit import clock
from congvu.orgs.models import Posting
from congvu.orgs.types import (
    AGENCY_ADMIN,
    ARCHIVIST,
    CLERK,
    INSPECTOR,
    LEADER,
    OFFICIAL,
    SYSTEM_ADMIN,
    UNIT_HEAD,
    Actor,
)
from congvu.rules.clauses import clause

ADMIN_ROLES = frozenset({AGENCY_ADMIN, SYSTEM_ADMIN})
CONTENT_ROLES = frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL, ARCHIVIST})
# The keeper of the log is never an administrator (QCVN 12:2026/BCA 3.7.2.3).
EXCLUDING = (frozenset({INSPECTOR, SYSTEM_ADMIN}), frozenset({INSPECTOR, AGENCY_ADMIN}))
PRIVATE_NETWORKS = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
)


@clause("S.05")
def client_address(remote: str, forwarded: str, trusted: Sequence[str]) -> str:
    """The address of the browser: the last hop that is not one of our own proxies.

    `forwarded` (X-Forwarded-For) counts only as far as each hop that added to it is trusted.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    address = remote
    while hops and _is_in(address, trusted):
        address = hops.pop()
    return address if _parsed(address) else remote


@clause("S.05")
def zone_of(address: str) -> Zone:
    """ "internal" for the agency's own networks (CONGVU_INTERNAL_NETWORKS), else "internet"."""
    networks = getattr(settings, "INTERNAL_NETWORKS", None) or PRIVATE_NETWORKS
    return "internal" if _is_in(address, networks) else "internet"


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _is_in(address: str, networks: Iterable[str]) -> bool:
    known = _parsed(address)
    if known is None:
        return False
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return any(known in ipaddress.ip_network(network, strict=False) for network in networks)


@clause("S.05")
def needs_factor(*, kind: str, zone: Zone, has_factor: bool) -> bool:
    """Administrators always; everybody from outside; and whoever has once enrolled a factor."""
    return kind == "admin" or zone == "internet" or has_factor


@clause("S.10")
def roles_in_force(
    *, kind: str, posting_roles: Iterable[str], own: Iterable[str]
) -> frozenset[str]:
    """The roles a session carries: an administration account has no content, a daily account
    administers nothing (QCVN 12:2026/BCA 3.7.2.1), a service account has none."""
    if kind == "admin":
        return (frozenset(posting_roles) | frozenset(own)) & ADMIN_ROLES
    if kind == "operational":
        return frozenset(posting_roles) - ADMIN_ROLES
    return frozenset()


@clause("S.10")
def excluding_pair(roles: Iterable[str]) -> tuple[str, str] | None:
    """Two of these roles that one person may not hold together, or None."""
    held = frozenset(roles)
    for pair in EXCLUDING:
        if pair <= held:
            one, other = sorted(pair)
            return one, other
    return None


def current_postings(person_id: int, at: datetime) -> list[Posting]:
    """The postings the person holds at this moment, the main one first."""
    day = clock.local(at).date()
    held = Posting.objects.filter(person_id=person_id, valid_from__lte=day)
    left = Leave.objects.filter(left_at__lte=at).values("posting_id")
    return [
        posting
        for posting in held.exclude(id__in=left).order_by("ordering", "id")
        if posting.valid_to is None or posting.valid_to >= day
    ]


@clause("S.10")
def may_manage(by: Actor | None, account: Account, at: datetime) -> bool:
    """The installation itself, system administrators, and an agency's administrator for the
    daily accounts of people posted in that agency."""
    if by is None or by.has(SYSTEM_ADMIN):
        return True
    if not by.has(AGENCY_ADMIN) or account.is_admin:
        return False
    return any(
        posting.agency_id == by.agency_id for posting in current_postings(account.person_id, at)
    )
