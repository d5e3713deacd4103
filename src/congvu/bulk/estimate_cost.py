"""Estimate what an order costs before it goes: by the road that each good row goes first.

Every row was counted when it was checked; nothing is drawn from a few. Prices are those of a single
text: the sender's register for SMS, the platform's dated terms for Zalo.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from congvu.bulk.models import BulkOrder
from congvu.channels.models import ZaloGrant
from congvu.channels.send_sms import price_of
from congvu.channels.sms_sender import sender_for
from congvu.channels.types import SMS, ZALO
from congvu.channels.zalo_terms import templates_left, terms_at
from congvu.kit import clock
from congvu.rules.clauses import clause
from congvu.rules.sms import SmsClass


@dataclass(frozen=True, slots=True)
class RoadCost:
    """The rows that go one road first. `units`: what is paid for, parts of texts or messages;
    `price` of one in đồng, None where it is not known, 0 where nothing is paid."""

    road: str
    messages: int
    units: int
    price: int | None

    @property
    def cost(self) -> int | None:
        """Đồng; None while no price is known."""
        return 0 if not self.units else None if self.price is None else self.units * self.price


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an order costs. `reserve`: parts of text messages, if every row that goes another road
    first had to follow as one; `sender`: under which name texts go, "" where the provider says;
    `zalo_left`: messages that Zalo still takes today, None where it has not said.
    """

    roads: tuple[RoadCost, ...]
    reserve: RoadCost
    sender: str
    zalo_left: int | None

    @property
    def beyond_quota(self) -> int:
        """Messages that Zalo will not take today."""
        asked = sum(one.messages for one in self.roads if one.road == ZALO)
        return 0 if self.zalo_left is None else max(0, asked - self.zalo_left)

    @property
    def messages(self) -> int:
        """How many rows go."""
        return sum(one.messages for one in self.roads)

    @property
    def parts(self) -> int:
        """Parts of the texts that go first."""
        return sum(one.units for one in self.roads if one.road == SMS)

    @property
    def cost(self) -> int | None:
        """Đồng for what goes first; None where a price is not known."""
        costs = [one.cost for one in self.roads]
        return None if None in costs else sum(one for one in costs if one is not None)


@clause("QC.6.1.e")
def estimate_cost(order: BulkOrder, at: datetime) -> Estimate:
    """The order as its rows were last counted; the caller has asked `access.order_for`."""
    kind = SmsClass(order.version.texts.get(SMS, {}).get("kind", SmsClass.CARE))
    sender = sender_for(order.agency_id, kind, "", clock.local(at).date(), at)
    sms_price = price_of(order.agency_id, sender, kind)
    known = order.first_roads
    counted = [(road, *known[road]) for road in order.version.roads if road in known]
    roads = tuple(
        RoadCost(SMS, messages, parts, sms_price)
        if road == SMS
        else RoadCost(road, messages, messages, terms_at(at).template_price if road == ZALO else 0)
        for road, messages, parts in counted
    )
    reserve = sum(parts for road, _, parts in counted if road != SMS)
    left = templates_left(_grant_of(order), at) if ZALO in known else None
    return Estimate(roads, RoadCost(SMS, 0, reserve, sms_price), sender, left)


def _grant_of(order: BulkOrder) -> ZaloGrant | None:
    grants = ZaloGrant.objects.filter(agency_id=order.agency_id)
    return grants.exclude(state=ZaloGrant.State.ENDED).first()
