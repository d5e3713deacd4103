"""Who may see and order what of templates and bulk orders: the only door to one.

Clerks, officials and heads of units prepare; leaders approve. A list holds personal data: beside
clerks and leaders of the agency only its own author sees an order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from congvu.bulk.models import BulkOrder, MessageTemplate, TemplateVersion
from congvu.kit.refusal import refuse_if
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor
from congvu.rules.clauses import clause

ORDERS: Mapping[str, frozenset[str]] = {
    "read": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL}),
    "prepare": frozenset({CLERK, UNIT_HEAD, OFFICIAL}),
    "steer": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL}),  # pause, go on, cancel
    "approve": frozenset({LEADER}),
}
SEES_ALL = frozenset({CLERK, LEADER})


def may(by: Actor, to: str) -> bool:
    """Whether this posting may do this at all."""
    return not by.roles.isdisjoint(ORDERS.get(to, frozenset()))


def seen_orders(by: Actor) -> Any:
    """The orders that this actor may see."""
    rows = BulkOrder.objects.filter(agency_id=by.agency_id, agency_id__isnull=False)
    if not may(by, "read"):
        return rows.none()
    return rows if by.has(*SEES_ALL) else rows.filter(by_id=by.posting_id)


@clause("S.11")
def order_for(by: Actor, order_id: int, *, to: str, lock: bool = False) -> BulkOrder:
    """The order, if this actor may do this with it."""
    rows = seen_orders(by).select_related("version__template")
    order = (rows.select_for_update(of=("self",)) if lock else rows).filter(id=order_id).first()
    refuse_if(order is None, "bulk.E001")
    refuse_if(not may(by, to), "bulk.E002")
    return order


def template_for(by: Actor, template_id: int, *, to: str, lock: bool = False) -> MessageTemplate:
    """The template of the actor's agency, if this actor may do this with it."""
    rows = MessageTemplate.objects.select_for_update() if lock else MessageTemplate.objects
    template = rows.filter(id=template_id, agency_id=by.agency_id, agency_id__isnull=False).first()
    refuse_if(template is None or not may(by, "read"), "bulk.E003")
    refuse_if(not may(by, to), "bulk.E002")
    return template


def latest_version(template: MessageTemplate) -> TemplateVersion:
    """The version that is being worked on, or the last one."""
    return template.versions.select_related("template").order_by("-ordinal").first()
