"""Give an official or an agency its official mailbox (QC.10.2: "hộp thư được cấp")."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.models import OwnAddress
from congvu.channels.types import MAIL
from congvu.kit import clock
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.mailboxes.models import Mailbox
from congvu.mailboxes.read_addressees import ADDRESS
from congvu.mailboxes.renew_names import found_words
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN, Actor
from congvu.rules.clauses import clause


@clause("QC.6.1.đ", "QC.10.2")
def open_mailbox(
    *, agency_id: int, person_id: int | None, address: str, by: Actor | None, at: datetime
) -> Mailbox:
    """The mailbox; from here mail to its address comes in. `by` None: set up with the system.

    Refuses (E023) a wrong address, (E024) one that is taken, (E025) a second one for a person,
    (E028) a person of another agency.
    """
    with transaction.atomic():
        address = address.strip().lower()
        refuse_if(by and (not by.has(AGENCY_ADMIN) or by.agency_id != agency_id), "mailboxes.E026")
        name, title = _owner(agency_id, person_id, at)

        refuse_unless(ADDRESS.fullmatch(address), "mailboxes.E023", address=address[:80])
        _refuse_taken(agency_id, person_id, address, name)

        OwnAddress.objects.get_or_create(
            channel=MAIL,
            address=address,
            valid_to=None,
            defaults={"agency_id": agency_id, "person_id": person_id, "valid_from": at},
        )
        mailbox: Mailbox = Mailbox.objects.create(
            agency_id=agency_id,
            person_id=person_id,
            address=address,
            name=name,
            title=title,
            found_by=found_words(name, title, address),
            signature=f"{name}\n{title}" if person_id else name,
            valid_from=at,
        )

        write_entry(
            "mailboxes.opened",
            by=by,
            at=at,
            on=("mailbox", mailbox.id),
            agency_id=agency_id,
            clause="QC.10.2",
            details={"address": address},
        )
    return mailbox


def _owner(agency_id: int, person_id: int | None, at: datetime) -> tuple[str, str]:
    if person_id is None:
        agency = orgs.agency(agency_id)
        return agency.name, "Hộp thư cơ quan"
    people = orgs.people_of_agency(agency_id, clock.local(at).date())
    holder = next((one for one in people if one.person_id == person_id), None)
    if holder is None:
        raise refusal("mailboxes.E028")
    return holder.full_name, f"{holder.title}, {holder.agency_name}"


def _refuse_taken(agency_id: int, person_id: int | None, address: str, name: str) -> None:
    refuse_if(
        Mailbox.objects.filter(address=address, valid_to__isnull=True).exists(),
        "mailboxes.E024",
        address=address,
    )
    owner = OwnAddress.objects.filter(channel=MAIL, address=address, valid_to__isnull=True).first()
    is_other = owner and (owner.agency_id, owner.person_id) != (agency_id, person_id)
    refuse_if(is_other, "mailboxes.E024", address=address)
    if person_id is not None:
        has = Mailbox.objects.filter(person_id=person_id, valid_to__isnull=True).first()
        refuse_if(has, "mailboxes.E025", name=name, address=has.address if has else "")
