"""Devices and certificates in the register, handed over with minutes (Quy chế Điều 10.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from cast import House, found_keys
from congvu.kit import blobs
from congvu.kit.refusal import Refusal
from congvu.kit.typeset import Slot
from congvu.orgs.models import Posting
from congvu.orgs.types import Actor
from congvu.signing import access
from congvu.signing.enrol import enrol_agency, enrol_person
from congvu.signing.hand_over import hand_over_device
from congvu.signing.models import Certificate, CustodyNotice, ExpiryWarning, SigningDevice
from congvu.signing.queries.custody import DeviceFilter, devices_kept_by
from congvu.signing.register_certificate import register_certificate
from congvu.signing.register_device import register_device
from congvu.signing.sign import sign_as_person
from congvu.signing.take_back import take_back_device
from congvu.signing.warn_of_expiry import warn_of_expiry
from keys import (
    PEM,
    administrator,
    certificate_file,
    certificate_row,
    held_token,
    token_of,
)
from letters import behind_the_wall, small_pdf
from paperwork import refused

pytestmark = pytest.mark.django_db
SLOT = Slot(page=1, x=320, y=190, width=180, height=70)
FINE = "Thiết bị nguyên vẹn."


@pytest.fixture
def keeper(house: House, at: datetime) -> Actor:
    return administrator(house.agency, at)


@pytest.mark.clause("QC.10.3")
def test_a_device_is_handed_over_and_taken_back_with_minutes(
    house: House, keeper: Actor, at: datetime
) -> None:
    with behind_the_wall(keeper):
        device = token_of(house.leader, keeper, at)
        given = hand_over_device(
            device_id=device.id,
            receiver_id=house.leader.posting_id or 0,
            condition=FINE,
            by=keeper,
            at=at,
        )
        back = take_back_device(device_id=device.id, condition=FINE, by=keeper, at=at)
    for handover, (giver, receiver) in (
        (given, (keeper, house.leader)),
        (back, (house.leader, keeper)),
    ):
        assert blobs.read(handover.minutes).startswith(b"%PDF")
        assert (handover.giver_id, handover.receiver_id) == (giver.posting_id, receiver.posting_id)
    device.refresh_from_db()
    assert (device.state, device.keeper_id) == ("returned", None)
    with refused("signing.E150"):
        take_back_device(device_id=device.id, condition=FINE, by=keeper, at=at)


@pytest.mark.clause("QC.10.3", "ND30.33")
def test_a_persons_device_goes_to_that_person_and_the_agencys_to_a_clerk(
    house: House, keeper: Actor, at: datetime
) -> None:
    own = token_of(house.leader, keeper, at)
    with refused("signing.E149"):
        hand_over_device(
            device_id=own.id, receiver_id=house.head.posting_id, condition=FINE, by=keeper, at=at
        )
    seal = register_device(
        kind="token", serial="CQ-1", provider="", person_id=None, by=house.clerk, at=at
    )
    with refused("signing.E149"):
        hand_over_device(
            device_id=seal.id, receiver_id=house.head.posting_id, condition=FINE, by=keeper, at=at
        )
    # The clerk records it and receives it: for the agency its head hands over.
    minutes = hand_over_device(
        device_id=seal.id,
        receiver_id=house.clerk.posting_id,
        condition=FINE,
        by=house.clerk,
        at=at,
    )
    assert minutes.giver_id == house.leader.posting_id


@pytest.mark.clause("QC.10.3", "S.12")
def test_each_sees_the_part_of_the_register_that_is_theirs(
    house: House, keeper: Actor, neighbour: House, at: datetime
) -> None:
    personal = token_of(house.leader, keeper, at)
    seal = register_device(
        kind="hsm", serial="CQ-1", provider="", person_id=None, by=house.clerk, at=at
    )

    def seen(by: Actor) -> set[int]:
        with behind_the_wall(by):
            return {row.id for row in devices_kept_by(by, DeviceFilter(), at)}

    assert seen(keeper) == {personal.id, seal.id}
    assert seen(house.clerk) == {seal.id}
    with behind_the_wall(house.leader):
        assert access.device_for(house.leader, personal.id, to="see") == personal
    for stranger in (house.head, house.clerk, neighbour.clerk):
        with behind_the_wall(stranger), refused("signing.E146"):
            access.device_for(stranger, personal.id, to="see")
    with refused("signing.E157"):
        access.device_for(house.leader, personal.id, to="manage")
    with refused("signing.E157"):
        token_of(house.leader, house.clerk, at, serial="TK-9")
    with refused("signing.E147"):
        token_of(house.leader, keeper, at)


@pytest.mark.clause("QC.10.3")
@pytest.mark.parametrize("encoding", ["DER", "PEM"])
def test_a_certificate_comes_from_its_file_and_the_key_never_does(
    house: House, keeper: Actor, at: datetime, encoding: str, settings: Any
) -> None:
    device = held_token(house.leader, keeper, at)
    more = {"encoding": PEM} if encoding == "PEM" else {}
    content = certificate_file(house.leader.full_name, at, **more)
    certificate = register_certificate(
        device_id=device.id, content=content, scheme="vgca", key_name="khe-3/ky", by=keeper, at=at
    )
    assert certificate.person_id == house.leader.person_id
    assert certificate.key_reference == "vgca:khe-3/ky"
    assert certificate.subject == f"CN={house.leader.full_name}"
    device.refresh_from_db()
    assert device.provider == "Nhà cung cấp thử"
    with refused("signing.E152"):
        register_certificate(device_id=device.id, content=content, by=keeper, at=at)
    # A second one takes its place; the first stays for verifying what it signed.
    newer = register_certificate(
        device_id=device.id,
        content=certificate_file(house.leader.full_name, at),
        by=keeper,
        at=at,
    )
    certificate.refresh_from_db()
    assert (certificate.state, newer.state) == ("replaced", "in_use")
    settings.KEY_ROADS = {"file": "at_once"}
    with refused("signing.E145"):  # the store of its key is not connected in this installation
        sign_as_person(small_pdf(), slot=SLOT, by=house.leader, at=at)


@pytest.mark.clause("QC.10.3")
def test_no_other_file_is_taken_for_a_certificate(
    house: House, keeper: Actor, at: datetime
) -> None:
    device = held_token(house.leader, keeper, at)
    good = certificate_file("Ai đó", at, encoding=PEM)
    cases = [
        ("signing.E151", b""),
        ("signing.E151", b"%PDF-1.7"),
        ("signing.E151", b"0" * (65 << 10)),
        ("signing.E151", good[:-60]),
        ("signing.E151", good + b"-----BEGIN " + b"PRIVATE KEY-----"),
        ("signing.E153", certificate_file("Ai đó", at - timedelta(days=400))),
        ("signing.E153", certificate_file("Ai đó", at, for_signing=False)),
    ]
    for code, content in cases:
        with refused(code):
            register_certificate(device_id=device.id, content=content, by=keeper, at=at)
    assert not Certificate.objects.exists()


@pytest.mark.clause("QC.10.3", "S.55")
def test_signing_is_refused_by_name_of_what_is_wrong(
    house: House, keeper: Actor, at: datetime
) -> None:
    found_keys(at)

    def code_at(moment: datetime, by: Actor = house.leader) -> str:
        with pytest.raises(Refusal) as said:
            sign_as_person(small_pdf(), slot=SLOT, by=by, at=moment)
        return said.value.code

    certificate = enrol_person(person_id=house.leader.person_id, at=at)
    assert code_at(certificate.valid_to) == "signing.E141"
    assert code_at(certificate.valid_from - timedelta(seconds=1)) == "signing.E142"
    SigningDevice.objects.filter(id=certificate.device_id).update(state="returned")
    assert code_at(at) == "signing.E143"
    # Whoever left the post signs no more, also with a key that is in order (S55).
    assert sign_as_person(small_pdf(), slot=SLOT, by=house.deputy, at=at).certificate_id
    Posting.objects.filter(id=house.deputy.posting_id).update(valid_to=at.date() - timedelta(1))
    assert code_at(at, house.deputy) == "signing.E144"


@pytest.mark.clause("QC.10.3")
def test_every_demonstration_certificate_stands_in_the_register(
    house: House, keeper: Actor, at: datetime
) -> None:
    found_keys(at)
    person = enrol_person(person_id=house.leader.person_id, at=at)
    agency = enrol_agency(agency_id=house.agency.id, at=at)
    rows = devices_kept_by(keeper, DeviceFilter(), at)
    assert [(row.certificate_id, row.is_demonstration, row.keeper) for row in rows] == [
        (agency.id, True, house.clerk.full_name),
        (person.id, True, house.leader.full_name),
    ]


@pytest.mark.clause("QC.10.3")
def test_sixty_thirty_and_fifteen_days_before_the_end_each_is_told_once(
    house: House, keeper: Actor, at: datetime
) -> None:
    device = held_token(house.leader, keeper, at)
    ends = at + timedelta(days=61)
    certificate_row(device, ends, at)
    told = []
    for days in (61, 60, 60, 31, 30, 15, 14, 1, 0):
        moment = ends - timedelta(days=days)
        told.append((days, warn_of_expiry(at=moment), warn_of_expiry(at=moment)))
    assert [(days, first) for days, first, _ in told if first] == [(60, 1), (30, 1), (15, 1)]
    assert all(second == 0 for _, _, second in told)
    assert list(ExpiryWarning.objects.values_list("days", flat=True)) == [60, 30, 15]
    to = CustodyNotice.objects.values_list("to_id", flat=True)
    assert sorted(set(to)) == sorted([house.leader.posting_id, keeper.posting_id])
    assert len(to) == 6
    assert "còn 15 ngày" in CustodyNotice.objects.order_by("-id")[0].text


@pytest.mark.clause("QC.10.3")
def test_a_certificate_that_enters_late_is_warned_of_by_its_narrowest_rung(
    house: House, keeper: Actor, at: datetime
) -> None:
    seal = register_device(
        kind="hsm", serial="CQ-1", provider="", person_id=None, by=house.clerk, at=at
    )
    certificate_row(seal, at + timedelta(days=20), at)
    assert (warn_of_expiry(at=at), warn_of_expiry(at=at)) == (1, 0)
    notice = CustodyNotice.objects.get(to_id=house.clerk.posting_id)
    assert notice.key.endswith("-30")
    assert notice.subject_id == seal.id
