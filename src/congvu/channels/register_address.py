"""Register which mailbox, number or account belongs to which agency; or end it."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.channels.fold_address import fold_address
from congvu.channels.models import CHANNELS, OwnAddress, Provider
from congvu.channels.types import CHANNEL_WORDS, SMS
from congvu.kit import clock, wall
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause

OWNER = """
SELECT agency_id, agency_name FROM channels_own_addresses()
WHERE channel = %s AND address = %s AND valid_to IS NULL
"""
STANDS = "NOT is_personal AND valid_to IS NULL"
FOUND = f"SELECT agency_id FROM channels_own_addresses() WHERE id = %s AND {STANDS}"


@clause("QC.6.1.đ", "QC.6.1.e", "QC.6.2.a")
def register_address(
    *,
    agency_id: int,
    channel: str,
    address: str,
    can_answer: bool,
    with_marks: bool = False,
    provider_id: int | None,
    by: Actor,
    at: datetime,
) -> int:
    """Gives the id. What comes to the address is the agency's from now on.

    Refuses (E328) an address that is none of the channel, (E329) one that is somebody's, (E330) an
    agency that does not stand.
    """
    refuse_unless(by.has(SYSTEM_ADMIN), "channels.E320")
    refuse_unless(channel in dict(CHANNELS), "channels.E322")
    folded = fold_address(channel, address)
    words = CHANNEL_WORDS[channel]
    refuse_unless(folded, "channels.E328", address=address[:80], channel=words)
    agencies = {one.id for one in orgs.agencies_on(clock.local(at).date())}
    refuse_unless(agency_id in agencies, "channels.E330")
    owner = _owner(channel, folded)
    refuse_if(owner is not None, "channels.E329", agency=owner or "")
    providers = Provider.objects.filter(channel=channel, id=provider_id or 0)
    with transaction.atomic():
        with wall.inside_agency(agency_id):
            row = OwnAddress.objects.create(
                agency_id=agency_id,
                channel=channel,
                address=folded,
                provider=providers.first(),
                can_answer=can_answer,
                with_marks=with_marks and channel == SMS,
                valid_from=at,
            )
        write_entry(
            "channels.address_registered",
            by=by,
            at=at,
            on=("own_address", row.id),
            clause="QC.6.1",
            details={"agency": agency_id, "channel": channel, "address": folded},
        )
    return int(row.id)


@clause("QC.6.1.đ", "QC.6.1.e", "QC.6.2.a")
def end_address(*, address_id: int, by: Actor, at: datetime) -> None:
    """The address is nobody's from now on: what comes there is refused at the edge (E331)."""
    agency_id = _agency_of(address_id, by)
    with transaction.atomic():
        with wall.inside_agency(agency_id):
            OwnAddress.objects.filter(id=address_id).update(valid_to=at)
        write_entry(
            "channels.address_ended",
            by=by,
            at=at,
            on=("own_address", address_id),
            clause="QC.6.1",
            details={"agency": agency_id},
        )


@clause("QC.6.1.e", "QC.9.2.a")
def choose_marks(*, address_id: int, with_marks: bool, by: Actor, at: datetime) -> None:
    """Whether automatic texts from this number keep their Vietnamese marks."""
    agency_id = _agency_of(address_id, by)
    with transaction.atomic():
        with wall.inside_agency(agency_id):
            numbers = OwnAddress.objects.filter(id=address_id, channel=SMS)
            is_number = numbers.update(with_marks=with_marks)
        refuse_unless(is_number, "channels.E331")
        write_entry(
            "channels.address_marks",
            by=by,
            at=at,
            on=("own_address", address_id),
            clause="QC.9.2.a",
            details={"agency": agency_id, "with_marks": with_marks},
        )


def _agency_of(address_id: int, by: Actor) -> int:
    """Whose address it is; the administrator sees the register through the wall."""
    refuse_unless(by.has(SYSTEM_ADMIN), "channels.E320")
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [address_id])
        found = cursor.fetchone()
    if found is None:
        raise refusal("channels.E331")
    return int(found[0])


def _owner(channel: str, address: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(OWNER, [channel, address])
        found = cursor.fetchone()
    return str(found[1]) if found else None
