"""Take in what a person wrote to an account: a link code is followed, anything else comes in.

The sender's name is what they shared themselves; files are named at once and fetched afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from congvu.channels.events import FilesNamed
from congvu.channels.link_citizen import follow_words
from congvu.channels.models import InboundFile, ZaloContact
from congvu.channels.take_in import take_in
from congvu.channels.types import Incoming
from congvu.kit.events import publish
from congvu.rules.clauses import clause

WAITS = "Đang tải về từ Zalo."


@clause("QC.6.2.b", "QC.9.2")
def take_in_zalo(incoming: Incoming, *, at: datetime) -> bool:
    """Always true: it was followed as a code or a stop, or it is in the list of messages."""
    with transaction.atomic():
        contact = ZaloContact.objects.filter(
            grant__oa_id=incoming.to_address,
            grant__provider_id=incoming.provider_id,
            user_id=incoming.from_address,
        ).first()
        if contact is not None and follow_words(
            contact, incoming.text, message_id=incoming.external_id, at=at
        ):
            return True
        named = replace(incoming, from_name=_name(contact))
        if incoming.links:
            named = replace(named, facts={**named.facts, "links": list(incoming.links)})
        inbound = take_in(named, at=at)
        if incoming.links and not inbound.files.exists():
            for ordinal, (name, _) in enumerate(incoming.links, start=1):
                InboundFile.objects.create(
                    agency_id=inbound.agency_id,
                    inbound=inbound,
                    ordinal=ordinal,
                    name=name,
                    mime="",
                    size=0,
                    said=WAITS,
                )
            publish(FilesNamed(inbound_id=inbound.id, at=at))
    return True


def _name(contact: ZaloContact | None) -> str:
    """As linked at the desk, else as the person shared it."""
    if contact is None:
        return ""
    link = contact.links.filter(unlinked_at__isnull=True).first()
    return link.full_name if link else contact.name
