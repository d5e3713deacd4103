"""People with accounts for tests of sign-in and of pages: `client_for(posting_id)` is the short way
to a browser that is signed in."""

from __future__ import annotations

import itertools
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.test import Client

from congvu.accounts.models import Account
from congvu.accounts.queries import policy
from congvu.accounts.sign_in import start_session
from congvu.accounts.types import Entrance
from congvu.orgs.models import Agency, Person, Position, Posting

PASSWORD = "Mat-khau-thu-2022"
LONG_AGO = date(2010, 1, 1)
INSIDE = Entrance(address="10.0.0.7", zone="internal", agent="trình duyệt thử")
OUTSIDE = Entrance(address="203.0.113.9", zone="internet", agent="trình duyệt thử")
_numbers = itertools.count(1)


class LightArgon2(Argon2PasswordHasher):
    """Argon2 with the smallest costs: some tests try hundreds of passwords."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


def make_agency(name: str = "Sở Nội vụ") -> Agency:
    """An agency with nothing but its names."""
    number = next(_numbers)
    return Agency.objects.create(
        code=f"co-quan-thu-{number}",
        name=name,
        short_name=name,
        kind="department",
        group_name="Sở, ban, ngành",
        symbol=f"CQ{number}",
        place="Phú Yên",
        valid_from=LONG_AGO,
    )


def make_posting(
    *roles: str,
    agency: Agency | None = None,
    person: Person | None = None,
    name: str = "Lê Thị Thử",
) -> Posting:
    """A posting with these roles, of a new person in a new agency unless given."""
    person = person or Person.objects.create(full_name=name, sort_key="thu le thi")
    position, _ = Position.objects.get_or_create(title="Chuyên viên", rank="staff")
    return Posting.objects.create(
        person=person,
        agency=agency or make_agency(),
        position=position,
        roles=list(roles),
        valid_from=LONG_AGO,
    )


def make_account(
    person: Person,
    at: datetime,
    *,
    kind: str = "operational",
    must_change: bool = False,
    **more: object,
) -> Account:
    """An account with PASSWORD, straight as a row (open_account has its own tests)."""
    return Account.objects.create(
        person=person,
        kind=kind,
        username=f"thu{next(_numbers)}",
        password_hash=make_password(PASSWORD),
        password_changed_at=at,
        must_change=must_change,
        opened_at=at,
        activated_at=at,
        **more,
    )


def client_for(posting_id: int, at: datetime) -> Client:
    """A test client with a running session in this posting (its account is made if missing).

    Administration roles need an administration account; it is taken when the posting has one.
    """
    posting = Posting.objects.get(id=posting_id)
    is_admin = bool({"system_admin", "agency_admin"} & set(posting.roles))
    kind = "admin" if is_admin else "operational"
    account = Account.objects.filter(person=posting.person, kind=kind).first()
    account = account or make_account(posting.person, at, kind=kind)
    token = start_session(account, posting_id=posting.id, rules=policy(at), entrance=INSIDE, at=at)
    client = Client(enforce_csrf_checks=False)
    client.cookies[settings.SESSION_COOKIE] = token
    return client
