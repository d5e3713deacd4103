"""Take an inbound message in: once, through the gate, with its legal moment and its clock.

Called after the message is whole in memory and before anybody outside is told that it is ours: a
mail server hears 250 only after this has been committed. Marks of state secrets refuse the whole
message before anything of it is kept; a file that may not come in is left out and said.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.events import MessageEntered
from congvu.channels.models import Attempt, InboundFile, InboundMessage, OwnAddress
from congvu.channels.states import InboundState
from congvu.channels.types import MAIL, Incoming
from congvu.kit import blobs
from congvu.kit.afterwards import hearing
from congvu.kit.events import publish
from congvu.kit.evidence import kept
from congvu.kit.gate import Entrance, Passed, pass_gate
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import Refusal, refusal
from congvu.kit.refusals import SECRECY_MARK
from congvu.kit.secret_refusal import refuse_state_secret
from congvu.orgs import queries as orgs
from congvu.rules import moments, replies, secrecy
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.rules.moments import Audience, Channel
from congvu.timers.start import start_timer

SUBJECT, DECLINE = "inbound", "decline"
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # a reference is read aloud on the telephone


@clause("QC.4.1", "QC.8.2.b", "QC.8.3.b", "QC.9.2.b")
def take_in(incoming: Incoming, *, at: datetime) -> InboundMessage:
    """Keep it and start the two-hour clock; one that is here already is given back.

    Refuses (E001) an address that is nobody's, and marks of state secrets (QC.4.1).
    """
    with hearing(), transaction.atomic():
        addresses = (incoming.to_address, incoming.from_address)
        own = owners_of(incoming.channel, addresses, at)
        owner = own.get(incoming.to_address)
        known = _known(incoming)
        if known is not None and not _says_the_same(known, incoming):
            incoming = _told_apart(incoming)
            known = _known(incoming)
        if known is not None:
            return known

        if owner is None:
            raise refusal("channels.E011", address=incoming.to_address)
        _refuse_secrets(incoming, owner)
        files = [_through_gate(name, content, owner) for name, content in incoming.files]

        sender = _sender_of(incoming, own.get(incoming.from_address))
        inbound = _write(incoming, owner, sender, at)
        _write_files(inbound, files)
        _note_acknowledged(inbound)
        _start_clock(inbound, at)

        write_entry(
            "channels.entered",
            by=None,
            at=at,
            on=("inbound_message", inbound.id),
            agency_id=inbound.agency_id,
            clause="QC.9.2.b",
            details={"channel": inbound.channel, "reference": inbound.reference},
        )
        publish(MessageEntered(inbound_id=inbound.id, channel=inbound.channel, at=at))
    return inbound


def _known(incoming: Incoming) -> InboundMessage | None:
    return InboundMessage.objects.filter(
        channel=incoming.channel,
        to_address=incoming.to_address,
        external_id=incoming.external_id[:300],
    ).first()


def _says_the_same(known: InboundMessage, incoming: Incoming) -> bool:
    """A mail's name is its sender's word: two letters under one name must not become one. A
    purged letter's words are gone, so whatever bears its name counts as the same."""
    return known.raw == blobs.NOTHING or (known.from_address, known.subject, known.text) == (
        incoming.from_address[:320],
        clean_text(incoming.subject)[:500],
        clean_text(incoming.text),
    )


def _told_apart(incoming: Incoming) -> Incoming:
    """Another letter under a name that is taken: a word of its own is added to the name."""
    said = "\0".join((incoming.from_address, incoming.subject, incoming.text))
    digest = hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return replace(incoming, external_id=f"{incoming.external_id[:280]} {digest}")


def owners_of(channel: str, addresses: Iterable[str], at: datetime) -> dict[str, OwnAddress]:
    """Whose these addresses are; those that are nobody's of ours are missing."""
    found = OwnAddress.objects.filter(
        channel=channel, address__in=addresses, valid_from__lte=at, valid_to__isnull=True
    )
    return {one.address: one for one in found}


def _refuse_secrets(incoming: Incoming, owner: OwnAddress) -> None:
    _, hits = secrecy.examine(names={"tiêu đề": incoming.subject}, text=incoming.text)
    refuse_state_secret(hits, entrance=_entrance(owner), agency_id=owner.agency_id)


def _entrance(owner: OwnAddress) -> Entrance:
    return Entrance.MAIL if owner.channel == MAIL else Entrance.CHAT


def _through_gate(
    name: str, content: bytes, owner: OwnAddress
) -> tuple[str, bytes, Passed | Refusal]:
    """What the gate says of a file; a secret refuses the whole message, anything else the file."""
    try:
        passed = pass_gate(content, name, entrance=_entrance(owner), agency_id=owner.agency_id)
        return name, content, passed
    except Refusal as refused:
        if refused.code == SECRECY_MARK:
            raise
        return name, content, refused


def _write(
    incoming: Incoming, owner: OwnAddress, sender: Mapping[str, int | None], at: datetime
) -> InboundMessage:
    audience = Audience.STATE_AGENCY if sender["from_agency_id"] else Audience.PERSON
    finding = moments.received(
        incoming.entered_at,
        Channel(incoming.channel),
        audience,
        orgs.working_calendar(owner.agency_id, at),
    )
    answered = incoming.answers and Attempt.objects.filter(tracking=incoming.answers).first()
    return InboundMessage.objects.create(
        agency_id=owner.agency_id,
        channel=incoming.channel,
        provider_id=incoming.provider_id,
        external_id=incoming.external_id[:300],
        to_address=incoming.to_address,
        to_person_id=owner.person_id,
        from_address=incoming.from_address[:320],
        from_name=clean_text(incoming.from_name)[:250],
        audience=audience.value,
        **sender,
        reference=_new_reference(at),
        subject=clean_text(incoming.subject)[:500],
        text=clean_text(incoming.text),
        raw=blobs.keep(incoming.raw, incoming.raw_mime).sha256,
        facts={**incoming.facts, "can_answer": owner.can_answer},
        answers_id=answered.message_id if answered else None,
        entered_at=incoming.entered_at,
        received_at=finding.value,
        received_finding=kept(finding),
        state=_first_state(incoming, owner),
    )


def _first_state(incoming: Incoming, owner: OwnAddress) -> str:
    """An official's own mail is that person's to answer: the agency's clerks do not sort it."""
    if owner.person_id is not None:
        return InboundState.PERSONAL
    is_automatic = incoming.facts.get("is_automatic")
    return InboundState.NO_ACTION if is_automatic else InboundState.WAITING


def _sender_of(incoming: Incoming, own: OwnAddress | None) -> dict[str, int | None]:
    """Who writes: another agency of ours by its address, else a person outside."""
    is_believed = not incoming.facts.get("is_forged")
    return {"from_agency_id": own.agency_id if own and is_believed else None}


def _write_files(inbound: InboundMessage, files: list[tuple[str, bytes, Passed | Refusal]]) -> None:
    for ordinal, (name, content, said) in enumerate(files, start=1):
        row: dict[str, Any] = {"name": name[:255], "mime": "", "size": len(content)}
        if isinstance(said, Passed):
            stored = blobs.keep(content, said.mime, held=said.is_held)
            doubt = said.doubt.explanation if said.doubt else ""
            row = {
                "name": said.name,
                "mime": said.mime,
                "size": said.size,
                "pages": said.pages,
                "sha256": stored.sha256,
                "said": doubt[:500],
            }
        else:
            row["said"] = said.say[:500]
        InboundFile.objects.create(
            agency_id=inbound.agency_id, inbound=inbound, ordinal=ordinal, **row
        )


@clause("QC.9.2.a")
def _note_acknowledged(inbound: InboundMessage) -> None:
    """The other side's machine answers a message of ours: its "received" counts from then on."""
    reasons = set(inbound.facts.get("why_automatic", ()))
    answered = inbound.answers
    if answered is None or "auto_submitted" not in reasons or "report" in reasons:
        return
    if answered.acknowledged_at is None and inbound.from_address in answered.addresses.values():
        answered.acknowledged_at = inbound.entered_at
        said = f"Bên nhận tự động trả lời đã nhận, tin đến {inbound.reference}."
        finding = kept(Finding(inbound.entered_at, "QC.9.2.a", "", said))
        answered.findings = {**answered.findings, "acknowledged": finding}
        answered.save(update_fields=["acknowledged_at", "findings"])


def _start_clock(inbound: InboundMessage, at: datetime) -> None:
    """Two working hours in which a sender whose matter is not ours must be told."""
    if inbound.state != InboundState.WAITING:
        return
    timer = replies.decline_timer(inbound.received_at)
    start_timer(
        subject=(SUBJECT, inbound.id),
        kind=DECLINE,
        agency_id=inbound.agency_id,
        started_at=inbound.received_at,
        budget_minutes=replies.DECLINE_MINUTES,
        clause="QC.9.2.b",
        by=None,
        at=at,
        rungs=timer.rungs,
    )


def _new_reference(at: datetime) -> str:
    code = "".join(secrets.choice(LETTERS) for _ in range(6))
    reference = f"TD{at:%y%m%d}-{code}"
    if InboundMessage.objects.filter(reference=reference).exists():
        raise refusal("channels.E012")
    return reference
