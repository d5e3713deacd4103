"""A person registers their key at a remote signing service: whose it is, is looked at there."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.folding import fold
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.call_provider import keys_at
from congvu.signing.check_answer import certificate_facts
from congvu.signing.found_authority import as_base64
from congvu.signing.models import Certificate, RemoteKey, SigningDevice, SigningProvider

LONGEST = 200
LONGEST_CHAIN = 6


@dataclass(frozen=True)
class Offered:
    """A certificate at the service, as the person reads it before choosing."""

    credential: str
    name: str
    issuer: str
    serial: str
    fingerprint: str
    chain: tuple[bytes, ...]
    valid_from: datetime
    valid_to: datetime
    subject: str
    why_not: str = ""
    wants_pin: bool = False
    otp: str = ""
    at_once: int = 1


@clause("QC.10.3")
def enrol_remote(
    *, provider_id: int, user: str, credential: str, by: Actor, at: datetime
) -> Certificate:
    """From now on the person signs with this key; the former certificate is replaced."""
    chosen = next(
        (one for one in offered(provider_id=provider_id, user=user, by=by, at=at)
         if one.credential == credential),
        None,
    )  # fmt: skip
    if chosen is None:
        raise refusal("signing.E167")
    refuse_if(chosen.why_not, "signing.E168", why=chosen.why_not)
    with transaction.atomic():
        provider = SigningProvider.objects.select_for_update().get(id=provider_id)
        mine = Certificate.objects.select_for_update().filter(person_id=by.person_id)
        list(mine)
        known = Certificate.objects.filter(fingerprint=chosen.fingerprint).first()

        is_other = known is not None and known.person_id != by.person_id
        refuse_if(is_other, "signing.E169")
        is_ended = known is not None and known.state == Certificate.State.REVOKED
        refuse_if(is_ended, "signing.E168", why="Chứng thư số này đã bị thu hồi trong hệ thống.")

        mine.filter(state=Certificate.State.IN_USE).update(state=Certificate.State.REPLACED)
        certificate = known or _certificate(chosen, by, at)
        certificate.state = Certificate.State.IN_USE
        certificate.device = certificate.device or _device(chosen, provider, by, at)
        certificate.key_reference = f"{provider.kind}:{provider.id}:{credential}"[:240]
        certificate.save()
        RemoteKey.objects.update_or_create(
            certificate=certificate,
            defaults={
                "provider": provider,
                "identifier": user,
                "credential": credential,
                "wants_pin": chosen.wants_pin,
                "otp": chosen.otp,
                "at_once": chosen.at_once,
            },
        )

        write_entry(
            "signing.enrolled_remote",
            by=by,
            at=at,
            on=("certificate", certificate.id),
            clause="QC.10.3",
            details={"serial": certificate.serial, "provider": provider.name},
        )
    return certificate


def offered(*, provider_id: int, user: str, by: Actor, at: datetime) -> list[Offered]:
    """The person's certificates at the service; those that cannot be used here say why."""
    user = user.strip()
    refuse_unless(user and len(user) <= LONGEST, "signing.E171")
    provider = SigningProvider.objects.filter(id=provider_id, is_active=True).first()
    if provider is None:
        raise refusal("signing.E163")
    try:
        found = keys_at(provider, user)
    except ports.RemoteTrouble as trouble:
        raise refusal("signing.E172", name=provider.name, advice=trouble.said) from trouble
    issuers = [base64.b64decode(one) for one in provider.issuers]
    return [one for key in found if (one := _offered(key, issuers, by, at)) is not None]


def is_anchored(one: Offered, at: datetime) -> bool:
    """Whether the chain leads to a root trusted here; else readers see a warning."""
    roots = {anchor.name for anchor in queries.trusted_roots(at)}
    last = certificate_facts(one.chain[-1])
    return bool({last.get("issuer"), last.get("subject")} & roots)


def _offered(
    key: ports.RemoteCertificate, issuers: list[bytes], by: Actor, at: datetime
) -> Offered | None:
    facts = certificate_facts(key.chain[0])
    if facts.get("fault"):
        return None
    valid_from, valid_to = (
        datetime.fromisoformat(facts[edge]) for edge in ("valid_from", "valid_to")
    )
    why_not = key.why_not
    if not facts["signs"]:
        why_not = "Chứng thư số này không dùng để ký số."
    elif not valid_from <= at < valid_to:
        why_not = "Chứng thư số này chưa có hoặc không còn hiệu lực."
    elif _plain(by.full_name) not in _plain(facts["name"]):
        why_not = f"Chứng thư số này mang tên {facts['name']}, không phải {by.full_name}."
    return Offered(
        credential=key.credential,
        name=facts["name"],
        issuer=facts["issuer"],
        serial=facts["serial"],
        fingerprint=facts["fingerprint"],
        chain=_chain(key.chain[0], [*key.chain[1:], *issuers]),
        valid_from=valid_from,
        valid_to=valid_to,
        subject=facts["subject"],
        why_not=why_not,
        wants_pin=key.wants_pin,
        otp=key.otp,
        at_once=key.at_once,
    )


def _chain(own: bytes, others: list[bytes]) -> tuple[bytes, ...]:
    """From the signer's certificate up, without the root, in the order of issue."""
    by_name = {facts["subject"]: (one, facts) for one in others
               if not (facts := certificate_facts(one)).get("fault")}  # fmt: skip
    chain, issuer = [own], certificate_facts(own)["issuer"]
    while issuer in by_name and len(chain) < LONGEST_CHAIN:
        one, facts = by_name.pop(issuer)
        if facts["issuer"] == issuer:
            break  # the root is known to whoever trusts it
        chain.append(one)
        issuer = facts["issuer"]
    return tuple(chain)


def _plain(name: str) -> str:
    return " ".join(fold(name).split())


def _device(
    chosen: Offered, provider: SigningProvider, by: Actor, at: datetime
) -> SigningDevice | None:
    """The line of the register, so that its loss can be reported: held by whose it is from the
    start, for nothing changes hands. An account outside the agencies has none."""
    if by.agency_id is None:
        return None
    device, _ = SigningDevice.objects.get_or_create(
        agency_id=by.agency_id,
        kind=SigningDevice.Kind.REMOTE,
        serial=chosen.serial[:80],
        defaults={
            "person_id": by.person_id,
            "keeper_id": by.posting_id,
            "provider": provider.name,
            "state": SigningDevice.State.HELD,
            "registered_by_id": by.posting_id,
            "registered_at": at,
        },
    )
    return device


def _certificate(chosen: Offered, by: Actor, at: datetime) -> Certificate:
    return Certificate(
        person_id=by.person_id,
        subject=chosen.subject,
        issuer=chosen.issuer,
        serial=chosen.serial,
        fingerprint=chosen.fingerprint,
        chain=[as_base64(one) for one in chosen.chain],
        valid_from=chosen.valid_from,
        valid_to=chosen.valid_to,
        registered_at=at,
    )
