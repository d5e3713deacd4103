"""One's own certificate, registered as the program on one's machine shows it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cast import House, approve_systems, found_keys, make_department
from congvu.signing.adapters.demo_authority import VALID_TO, installed_authority
from congvu.signing.choose_number_way import choose_number_way
from congvu.signing.models import Certificate
from congvu.signing.register_own_certificate import register_own_certificate
from congvu.signing.revoke import revoke_certificate
from paperwork import refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.3")]


@pytest.fixture
def house(db: None, at: datetime) -> House:
    approve_systems(at)
    found_keys(at)
    return make_department(at)


def shown(name: str, at: datetime) -> bytes:
    """What a token with a certificate in this name shows."""
    return installed_authority().issue_for_person(name, "Sở Nội vụ", at).certificate


def own(content: bytes, house: House, at: datetime) -> Certificate:
    return register_own_certificate(content=content, for_agency=False, by=house.leader, at=at)


def test_it_takes_the_place_of_the_former_one(house: House, at: datetime) -> None:
    first = own(shown(house.leader.full_name, at), house, at)
    # Case and diacritics of a name are written in many ways.
    second = own(shown("TRAN HUU THE", at), house, at)
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "in_use")
    assert second.key_reference == f"vgca:{second.serial}"
    assert not second.is_demonstration


def test_nobody_takes_another_certificate(house: House, at: datetime) -> None:
    with refused("signing.E196"):
        own(shown("Lê Tấn Hổ", at), house, at)
    mine = shown(house.leader.full_name, at)
    own(mine, house, at)
    with refused("signing.E194"):
        own(mine, house, at)


def test_what_is_no_certificate_or_has_ended_is_refused(house: House, at: datetime) -> None:
    for content in (b"", b"not a certificate", b"\x30" * 70_000):
        with refused("signing.E193"):
            own(content, house, at)
    with refused("signing.E195"):
        own(shown(house.leader.full_name, at), house, VALID_TO + timedelta(days=1))


def test_the_agency_certificate_is_the_clerks_to_register(house: House, at: datetime) -> None:
    content = installed_authority().issue_for_agency(house.agency.name, at).certificate
    with refused("signing.E197"):
        register_own_certificate(content=content, for_agency=True, by=house.leader, at=at)
    made = register_own_certificate(content=content, for_agency=True, by=house.clerk, at=at)
    assert (made.agency_id, made.person_id) == (house.agency.id, None)


@pytest.mark.clause("ND30.15.3")
def test_the_choice_of_the_agency_outlives_its_certificate(house: House, at: datetime) -> None:
    """The program signs a document once; who has chosen otherwise need not choose again."""

    def registered() -> Certificate:
        content = installed_authority().issue_for_agency(house.agency.name, at).certificate
        return register_own_certificate(content=content, for_agency=True, by=house.clerk, at=at)

    first = registered()
    assert first.signs_once
    choose_number_way(certificate_id=first.id, signs_once=False, by=house.clerk, at=at)
    assert not registered().signs_once
    assert not own(shown(house.leader.full_name, at), house, at).signs_once


def test_after_a_loss_the_keeper_of_the_register_decides(house: House, at: datetime) -> None:
    lost = own(shown(house.leader.full_name, at), house, at)
    revoke_certificate(certificate_id=lost.id, since=at, reason="mất", by=house.clerk, at=at)
    with refused("signing.E199"):
        own(shown(house.leader.full_name, at), house, at)
