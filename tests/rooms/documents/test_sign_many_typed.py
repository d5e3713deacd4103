"""Many documents and a key whose PIN and code are typed here: once for all of them (QC.10.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from cast import House
from congvu.documents.batch.sign_next import sign_next
from congvu.kit.outside import asking_between
from congvu.signing.authorize_lot import authorize_lot
from congvu.signing.models import RemoteKey, SignatureLot
from congvu.signing.send_lot_otp import send_lot_otp
from far_sittings import Sitting, sitting_of
from paperwork import refused
from remote_doubles import Csc
from sittings import confirm, results

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND30.13.7", "QC.10.3")]


@pytest.fixture
def csc(house: House, at: datetime) -> Iterator[Sitting]:
    yield from sitting_of("csc", house, at, multisign=20)


def typed(**told: Any) -> None:
    """As the web does it: the service is called while no transaction is open."""
    asking_between(lambda: authorize_lot(**told))


def test_pin_and_code_are_typed_once_for_all(csc: Sitting) -> None:
    service, leader, at = csc.service, csc.house.leader, csc.at
    assert isinstance(service, Csc)
    confirm(csc.batch, csc.session, leader, at, "khong-giu")
    csc.batch.refresh_from_db()
    assert csc.batch.sealed_pin is None, "it is typed for the service, and kept nowhere"
    while sign_next(batch_id=csc.batch.id, at=at):
        pass
    lot = SignatureLot.objects.get()
    told = {"lot_id": lot.id, "by": leader, "at": at}
    asking_between(lambda: send_lot_otp(**told))
    with refused("signing.E236"):
        asking_between(lambda: send_lot_otp(**told))
    with refused("signing.E230"):
        typed(pin="", otp=service.code, **told)
    with refused("signing.E232"):
        typed(pin="000000", otp=service.code, **told)
    with refused("signing.E018"):
        typed(pin=service.pin, otp=service.code, **{**told, "by": csc.house.deputy})
    typed(pin=service.pin, otp=service.code, **told)
    csc.put_in(lot, at)
    assert results(csc.batch) == ["signed"] * 3 and service.tries == 1
    with refused("signing.E019"):
        typed(pin=service.pin, otp="1", **told)


def test_a_credential_that_signs_one_at_a_time_is_typed_for_each(csc: Sitting) -> None:
    RemoteKey.objects.update(at_once=1)
    confirm(csc.batch, csc.session, csc.house.leader, csc.at)
    sign_next(batch_id=csc.batch.id, at=csc.at)
    assert SignatureLot.objects.get().signatures.count() == 1


def test_how_many_at_once_is_read_when_the_key_is_registered(csc: Sitting) -> None:
    assert RemoteKey.objects.get().at_once == 20
