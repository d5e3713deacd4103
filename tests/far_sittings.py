"""A sitting of batch signing whose person has the key at a remote service (tests/remote_keys)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cast import House
from congvu.documents.batch.sign_next import sign_next
from congvu.documents.batch.start import start_batch
from congvu.documents.models import Document, SigningBatch
from congvu.signing.ask_lot import ask_lot
from congvu.signing.finish_answered import finish_answered
from congvu.signing.models import SignatureLot
from congvu.signing.poll_lot import poll_lot
from remote_doubles import Service
from remote_keys import FarKey, far_key, make_admin, registered
from sittings import agree, confirm, laid, stay_of


@dataclass
class Sitting:
    """The leader's sitting over three documents, everything agreed to; the key is at a service."""

    key: FarKey
    house: House
    batch: SigningBatch
    documents: Sequence[Document]
    session: int
    at: datetime

    @property
    def service(self) -> Service:
        return self.key.service

    def confirm(self, at: datetime | None = None) -> SignatureLot:
        """Ký số: the request is made and the service has it."""
        confirm(self.batch, self.session, self.house.leader, at or self.at)
        return self.next(at)

    def next(self, at: datetime | None = None) -> SignatureLot:
        """The sitting's job, then the service's."""
        while sign_next(batch_id=self.batch.id, at=at or self.at):
            pass
        lot = SignatureLot.objects.latest("id")
        ask_lot(lot_id=lot.id, at=at or self.at)
        lot.refresh_from_db()
        return lot

    def polled(self, lot: SignatureLot, after: int = 5) -> bool:
        """The service is asked, and whatever it gave is put in."""
        moment = self.at + timedelta(seconds=after)
        again = poll_lot(lot_id=lot.id, at=moment)
        self.put_in(lot, moment)
        lot.refresh_from_db()
        return again

    def put_in(self, lot: SignatureLot, moment: datetime) -> None:
        for one in lot.signatures.order_by("id"):
            finish_answered(waiting_id=one.id, at=moment)
        while sign_next(batch_id=self.batch.id, at=moment):
            pass
        self.batch.refresh_from_db()


def sitting_of(kind: str, house: House, at: datetime, **more: Any) -> Iterator[Sitting]:
    admin = make_admin(house.leader, at)
    with far_key(kind, house.leader, admin, at) as key:
        for name, value in more.items():
            setattr(key.service, name, value)
        registered(key, house.leader, at)
        documents = [laid(house, at, subject=f"Về việc thứ {number}") for number in (1, 2, 3)]
        session = stay_of(house.leader, at)
        batch = start_batch(session_id=session, by=house.leader, at=at)
        agree(batch, session, house.leader, at)
        yield Sitting(key, house, batch, documents, session, at)
