"""What a call for a lot needs, read in one short transaction; see `call_provider`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from congvu.kit import wall
from congvu.signing import ports
from congvu.signing.call_provider import ask_for, facts_of, hash_to_sign
from congvu.signing.models import RemoteKey, SignatureLot, WaitingSignature


@dataclass(frozen=True)
class LotCall:
    """Everything a call needs."""

    lot_id: int
    kind: str
    provider: ports.Provider
    ask: ports.RemoteAsk
    transaction: str
    expires_at: datetime

    def start(self) -> ports.RemoteAnswer:
        """Ask the service to ask the holder, once for all of them."""
        return ports.remote_signer(self.kind).start(self.provider, self.ask)

    def poll(self) -> ports.RemoteAnswer:
        """Ask the service how far it is."""
        return ports.remote_signer(self.kind).poll(self.provider, self.ask, self.transaction)


def call_for_lot(lot_id: int) -> LotCall | None:
    """The call for a lot that still waits; None when nobody waits for it any more."""
    with wall.crossing_agencies():
        lot = SignatureLot.objects.filter(id=lot_id, state=SignatureLot.State.WAITING).first()
        if lot is None:
            return None
        key = key_of(lot)
        return LotCall(
            lot_id=lot.id,
            kind=key.provider.kind,
            provider=facts_of(key.provider),
            ask=ask_of_lot(lot, key),
            transaction=lot.transaction,
            expires_at=lot.expires_at,
        )


def key_of(lot: SignatureLot) -> RemoteKey:
    """The key that signs the lot, with its service."""
    keys = RemoteKey.objects.select_related("provider", "certificate")
    return keys.get(certificate_id=lot.certificate_id)


def ask_of_lot(
    lot: SignatureLot, key: RemoteKey, *, pin: str = "", otp: str = ""
) -> ports.RemoteAsk:
    """What the service is asked: the same however often, also where one was withdrawn since."""
    members = list(WaitingSignature.objects.filter(lot=lot).order_by("id"))
    words = f"ma doi chieu {lot.code}"
    hashes = tuple(
        hash_to_sign(one, key, f"Van ban {place}/{len(members)}, {words}")
        for place, one in enumerate(members, start=1)
    )
    title = f"{len(members)} van ban cong vu, {words}"
    return ask_for(key, f"congvu-lo-{lot.id}", title, hashes, pin=pin, otp=otp)
