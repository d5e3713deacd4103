"""Call the service at which a waiting signature's key lies; no transaction is open meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from congvu.kit import outside, wall
from congvu.signing import ports
from congvu.signing.adapters.answer_check import document_digest
from congvu.signing.finish_signature import prepared_of
from congvu.signing.models import RemoteKey, SigningProvider, WaitingSignature
from congvu.signing.queries import comparison_code


@dataclass(frozen=True)
class Call:
    """Everything a call needs, read in one short transaction."""

    waiting: WaitingSignature
    kind: str
    provider: ports.Provider
    ask: ports.RemoteAsk
    wants: str  # what the service answers with: raw or cms
    transaction: str
    expires_at: datetime

    def start(self) -> ports.RemoteAnswer:
        """Ask the service to ask the holder."""
        return ports.remote_signer(self.kind).start(self.provider, self.ask)

    def poll(self) -> ports.RemoteAnswer:
        """Ask the service how far it is."""
        return ports.remote_signer(self.kind).poll(self.provider, self.ask, self.transaction)


def call_for(waiting_id: int) -> Call | None:
    """The call for a signature that still waits; None when nobody waits for it any more."""
    with wall.crossing_agencies():
        waiting = (
            WaitingSignature.objects.select_related("certificate")
            .filter(
                id=waiting_id,
                state=WaitingSignature.State.WAITING,
                road=WaitingSignature.Road.REMOTE,
                lot=None,
            )
            .first()
        )
        if waiting is None:
            return None
        key = RemoteKey.objects.select_related("provider", "certificate").get(
            certificate=waiting.certificate
        )
        return Call(
            waiting=waiting,
            kind=key.provider.kind,
            provider=facts_of(key.provider),
            ask=ask_of(waiting, key),
            wants=key.provider.answers,
            transaction=waiting.transaction,
            expires_at=waiting.expires_at,
        )


def facts_of(provider: SigningProvider) -> ports.Provider:
    """The service as the adapters know it."""
    return ports.Provider(
        id=provider.id,
        name=provider.name,
        base_url=provider.base_url,
        client_id=provider.client_id,
        secret=str(provider.secret or ""),
        profile_id=provider.profile_id,
        hashes=provider.hashes,
    )


def keys_at(provider: SigningProvider, user: str) -> Sequence[ports.RemoteCertificate]:
    """The keys of a user at the service, asked while no transaction is open; RemoteTrouble."""
    facts, kind = facts_of(provider), provider.kind
    return outside.answer(
        ("keys", kind, facts, user), lambda: ports.remote_signer(kind).certificates(facts, user)
    )


def ask_of(
    waiting: WaitingSignature, key: RemoteKey, *, pin: str = "", otp: str = ""
) -> ports.RemoteAsk:
    """What the service is asked; `pin` and `otp` as their holder typed them.

    The subject of a document does not go to the service: the code stands for it.
    """
    title = f"Van ban cong vu, ma doi chieu {comparison_code(waiting.base_file)}"
    one = hash_to_sign(waiting, key, title)
    return ask_for(key, one.document_id, title, (one,), pin=pin, otp=otp)


def ask_for(
    key: RemoteKey,
    request_id: str,
    title: str,
    hashes: tuple[ports.HashToSign, ...],
    *,
    pin: str = "",
    otp: str = "",
) -> ports.RemoteAsk:
    """These hashes, to be signed by this key."""
    return ports.RemoteAsk(
        request_id=request_id,
        title=title,
        user=str(key.identifier or ""),
        credential=key.credential,
        certificate=base64.b64decode(key.certificate.chain[0]),
        hashes=hashes,
        pin=pin,
        otp=otp,
    )


def hash_to_sign(waiting: WaitingSignature, key: RemoteKey, title: str) -> ports.HashToSign:
    """A whole CMS is made over the document's digest, a raw signature over our attributes."""
    made = prepared_of(waiting)
    is_cms = key.provider.answers == SigningProvider.Answers.CMS
    digest = document_digest(made.attributes) if is_cms else made.digest
    return ports.HashToSign(name_of(waiting), title, digest)


def name_of(waiting: WaitingSignature) -> str:
    """By which the service knows this signature; the same when the asking is repeated."""
    return f"congvu-{waiting.id}"
