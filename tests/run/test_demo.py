"""The demonstration: people everywhere, accounts that open, and no second copy."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.contrib.auth.hashers import check_password

from congvu.accounts.access import roles_in_force
from congvu.accounts.keep_secret import open_secret
from congvu.accounts.models import Account, Totp
from congvu.channels.models import ZaloTemplate
from congvu.orgs import queries
from congvu.orgs.models import Delegation, Person, Posting
from congvu.rules.authority import authority_lines
from congvu.run import demo
from congvu.run.demo_rows import DemoRefused
from congvu.run.demo_zalo import seed_zalo
from congvu.run.zalo.demo import OA_ID, keep, new_double, remember
from congvu.systems.models import OfficialAccount
from staff import LightArgon2

TODAY = date(2022, 2, 14)


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{LightArgon2.__module__}.{LightArgon2.__name__}"]


@pytest.mark.django_db
def test_everybody_is_there_and_a_second_seeding_adds_nothing(at: datetime) -> None:
    demo.seed(at)

    def counts() -> tuple[int, ...]:
        return tuple(one.objects.count() for one in (Person, Posting, Delegation, Account, Totp))

    before = counts()
    demo.seed(at)
    assert counts() == before
    assert not Person.objects.filter(is_demonstration=False).exists()
    for day in (TODAY, date(2025, 1, 2)):
        clerks = {one.agency_id for one in _holders("clerk", day)}
        assert clerks == {one.id for one in queries.agencies_on(day)}
        assert all(queries.head_of(agency_id, day) for agency_id in clerks)
    same = Counter(Posting.objects.values_list("person__full_name", "agency_id"))
    assert max(same.values()) == 1

    shown = demo.accounts()
    assert {one.username for one in shown} == set(
        Account.objects.values_list("username", flat=True)
    )
    for line in shown:
        account = Account.objects.get(username=line.username)
        assert check_password(line.password, account.password_hash) and len(line.password) >= 14
    admins = Account.objects.filter(kind="admin", own_roles=["system_admin"])
    assert len(admins) == 2, "changes of trust need four eyes"
    for admin in admins:
        assert not admin.person.postings.exists()
        secret = open_secret(Totp.objects.get(account=admin).sealed_secret, purpose="totp")
        assert pyotp.TOTP(secret).now() and shown[-1].totp_secret == secret

    keeper = Account.objects.get(username="quantri.snv")
    (held,) = queries.postings_of(keeper.person_id, TODAY)
    granted = roles_in_force(kind=keeper.kind, posting_roles=held.roles, own=keeper.own_roles)
    assert granted == {"agency_admin"}, "the second account has no content"
    assert Totp.objects.filter(account=keeper).exists()

    chief = Account.objects.get(username="chanhvp.ubnd").person
    assert [one.agency_name for one in queries.postings_of(chief.id, TODAY)] == [
        "Văn phòng Ủy ban nhân dân tỉnh",
        "Ủy ban nhân dân tỉnh Phú Yên",
    ]
    in_committee = next(one for one in queries.postings_of(chief.id, TODAY) if one.unit_id)
    right = queries.signing_authority(in_committee.posting_id, "giay-moi", TODAY)
    assert right is not None and right.finding.value
    assert authority_lines(right.authority) == ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")


def _holders(role: str, day: date) -> list[Any]:
    return [
        one
        for agency in queries.agencies_on(day)
        for one in queries.holders_of_role(agency.id, role, day)
    ]


@pytest.mark.django_db
def test_a_play_may_give_the_chair_another_name(at: datetime) -> None:
    demo.seed(at, {"chutich.ubnd": "Trần Hữu Thế"})
    head = queries.head_of(queries.agency_by_code("ubnd-tinh").id, TODAY)
    assert head is not None and head.full_name == "Trần Hữu Thế"


@pytest.mark.django_db
def test_a_production_installation_takes_no_demonstration(at: datetime, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(DemoRefused):
        demo.seed(at)
    assert Person.objects.count() == 0


@pytest.mark.django_db
def test_an_account_on_zalo_waits_for_its_grant(at: datetime) -> None:
    demo.seed(at)
    assert seed_zalo(at)
    assert not seed_zalo(at)
    account = OfficialAccount.objects.get()
    assert (account.state, account.name) == ("active", account.agency.name)
    assert ZaloTemplate.objects.get().state == "approved"


def test_the_double_remembers_after_a_restart(tmp_path: Path) -> None:
    first, second = new_double("http://127.0.0.1:1"), new_double("http://127.0.0.1:1")
    pair = first._pair(OA_ID)
    first.citizen_sends("7700000000000000001", OA_ID, "Xin chào")
    keep(first, tmp_path / "double.json")
    remember(second, tmp_path / "double.json")
    assert second.oa_of(pair["access_token"], "") == OA_ID
    line = second.citizens["7700000000000000001"].lines[OA_ID][0]
    assert (line.text, line.is_from_oa) == ("Xin chào", False)
    form = {"app_id": second.app_id, "grant_type": "refresh_token"}
    renewed = second.token({**form, "refresh_token": pair["refresh_token"]}, second.app_secret)
    assert renewed["expires_in"] == "90000"
