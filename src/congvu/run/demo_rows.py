"""Rows of the demonstration: the profile, calendars, channels, invented people and accounts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from congvu.accounts.keep_secret import seal_secret
from congvu.accounts.models import Account, Totp
from congvu.accounts.open_account import open_account
from congvu.audit.write import write_entry
from congvu.channels.enter_scopes import enter_scopes
from congvu.kit.folding import fold, nfc
from congvu.orgs.delegate import delegate_signing
from congvu.orgs.enter_calendar import enter_calendar
from congvu.orgs.enter_profile import enter_profile
from congvu.orgs.models import Agency, Person, Position, Posting, Unit
from congvu.orgs.read_profile import read_profile
from congvu.orgs.types import SYSTEM_ADMIN, Rank
from congvu.run.demo import PROFILE, read_cast
from congvu.signing.found_authority import found_authority
from congvu.signing.name_authority import enter_authorities
from congvu.systems.enter_register import enter_register

CALENDARS = Path(__file__).resolve().parents[1] / "regulations" / "calendars"


class DemoRefused(Exception):
    """Demonstration data do not belong on a production installation."""


@dataclass
class Part:
    """One line of the cast, with the rows it became."""

    agency: Agency
    written: Mapping[str, Any]
    person: Person
    posting: Posting


def seed(at: datetime, names: Mapping[str, str]) -> None:
    """Fill the database; what is there already stays. names: account -> another full name."""
    if settings.PRODUCTION:
        raise DemoRefused("Không nạp dữ liệu trình diễn vào hệ thống đang dùng thật.")
    enter_law(at)
    found_authority(at=at)
    cast = read_cast()
    with transaction.atomic():
        if not Person.objects.filter(is_demonstration=True).exists():
            _enter_people(cast, names, at)
    _enter_administrators(cast)
    _open_accounts(cast, at)


def enter_law(at: datetime) -> None:
    """What every installation of this profile needs: agencies, calendars, approved channels."""
    enter_profile(profile=read_profile(PROFILE), by=None, at=at)
    hours, holidays = (
        yaml.safe_load((CALENDARS / f"{name}.yaml").read_text("utf-8"))
        for name in (PROFILE, "viet-nam")
    )
    enter_calendar(hours=hours, holidays=holidays, by=None, at=at)
    enter_register(by=None, at=at)
    enter_scopes(profile=PROFILE, by=None, at=at)
    enter_authorities(profile=PROFILE, at=at)


def _enter_people(cast: Mapping[str, Any], names: Mapping[str, str], at: datetime) -> None:
    parts = list(_parts(cast, names))
    people = {id(part.person): part.person for part in parts}
    Person.objects.bulk_create(people.values())
    for part in parts:
        part.posting.person = part.person
    Posting.objects.bulk_create(part.posting for part in parts)
    _delegate(parts, at)
    write_entry("run.demo_people_entered", by=None, at=at, details={"postings": len(parts)})


def _enter_administrators(cast: Mapping[str, Any]) -> None:
    """Who of them is missing; a demonstration of yesterday gets the newcomers too."""
    for one in cast["administrators"]:
        person = _person(one["name"], one["account"], cast)
        if not Person.objects.filter(email=person.email).exists():
            person.save()


def _parts(cast: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Part]:
    """Everybody in the cast: agencies with people of their own, and the usual staff elsewhere."""
    units: dict[int, list[Unit]] = {}
    for unit in Unit.objects.order_by("ordering", "id"):
        units.setdefault(unit.agency_id, []).append(unit)
    invented = _invented_names(cast)
    positions = _positions(cast)
    by_account: dict[str, Person] = {}
    for agency in Agency.objects.order_by("ordering", "id"):
        own = cast["agencies"].get(agency.code)
        for place, one in enumerate(own if own is not None else cast["staff"][agency.kind]):
            account = one.get("account", "")
            name = names.get(account) or one.get("name")
            person = by_account.get(one.get("same_as", "")) or _person(
                name or next(invented), account, cast
            )
            if account:
                by_account[account] = person
            title = one["title"].format(head=agency.head_title)
            posting = Posting(
                agency=agency,
                unit=_unit(units.get(agency.id, []), one.get("unit")),
                position=positions[title, one["rank"]],
                roles=sorted(one["roles"]),
                ordering=list(Rank).index(Rank(one["rank"])) * 100 + place,
                valid_from=cast["since"],
                valid_to=agency.valid_to,
            )
            yield Part(agency, one, person, posting)


def _positions(cast: Mapping[str, Any]) -> dict[tuple[str, str], Position]:
    """A row for every title that the cast names, in any agency."""
    heads = set(Agency.objects.values_list("head_title", flat=True))
    written = [*cast["staff"].values(), *cast["agencies"].values()]
    wanted = {
        (one["title"].format(head=head), one["rank"])
        for people in written
        for one in people
        for head in heads
    }
    there = {(one.title, one.rank): one for one in Position.objects.all()}
    new = [Position(title=title, rank=rank) for title, rank in sorted(wanted - set(there))]
    Position.objects.bulk_create(new)
    return there | {(one.title, one.rank): one for one in new}


def _invented_names(cast: Mapping[str, Any]) -> Iterator[str]:
    """Full names in an order drawn with a fixed seed, none twice and none of the cast."""
    lists = cast["names"]
    taken = {one.get("name") for people in cast["agencies"].values() for one in people}
    names = [
        f"{surname} {given}"
        for surname in lists["surnames"]
        for group in lists["given"]
        for given in group
        if f"{surname} {given}" not in taken
    ]
    random.Random(lists["seed"]).shuffle(names)  # noqa: S311 (names, not secrets)
    return iter(names)


def _person(name: str, account: str, cast: Mapping[str, Any]) -> Person:
    *before, given = nfc(name).split()
    return Person(
        full_name=nfc(name),
        sort_key=fold(" ".join([given, *before])),
        email=f"{account}@{cast['mail_domain']}" if account else "",
        is_demonstration=True,
    )


def _unit(units: list[Unit], wanted: str | None) -> Unit | None:
    """The unit by its symbol, or the "first" or "last" of the agency."""
    if wanted is None or not units:
        return None
    if wanted in ("first", "last"):
        return units[0 if wanted == "first" else -1]
    return next(unit for unit in units if unit.symbol == wanted)


def _delegate(parts: list[Part], at: datetime) -> None:
    """Assignments of deputies (KT.), orders to unit heads (TL.), one authorisation (TUQ.)."""
    heads = {part.agency.id: part.posting for part in parts if part.written["rank"] == Rank.HEAD}
    for part in parts:
        giver = heads.get(part.agency.id)
        for kind, types in _rights(part.written):
            delegate_signing(
                kind=kind,
                giver_id=giver.id if giver else 0,
                taker_id=part.posting.id,
                document_types=types,
                scope="Minh họa",
                basis="Quy chế làm việc của cơ quan (minh họa)",
                valid_from=part.posting.valid_from,
                valid_to=_last_day(kind, part),
                by=None,
                at=at,
            )


def _rights(written: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    rights: list[tuple[str, list[str]]] = [("KT", [])] if written.get("kt") else []
    rights += [("TL", written["tl"])] if "tl" in written else []
    return rights + ([("TUQ", written["tuq"])] if "tuq" in written else [])


def _last_day(kind: str, part: Part) -> Any:
    """An authorisation must end; the demonstration's runs for the years it can be shown in."""
    since = part.posting.valid_from
    return since.replace(year=since.year + 10) if kind == "TUQ" else part.posting.valid_to


def _open_accounts(cast: Mapping[str, Any], at: datetime) -> None:
    """Every account of the cast that is missing; administrators get their code generator too."""
    there = set(Account.objects.values_list("username", flat=True))
    missing = [one for one in _wanted_accounts(cast) if one.username not in there]
    people = {one.email.partition("@")[0]: one.id for one in Person.objects.exclude(email="")}
    # One hash for all: the demonstration has one password, and hashing is slow on purpose.
    password_hash = make_password(cast["password"]) if missing else ""
    for one in missing:
        account_id = open_account(
            person_id=people[one.owner],
            username=one.username,
            password=cast["password"],
            password_hash=password_hash,
            kind=one.kind,
            own_roles=one.own_roles,
            must_change=False,
            by=None,
            at=at,
        )
        if one.kind == Account.Kind.ADMIN:
            Totp.objects.create(
                account_id=account_id,
                sealed_secret=seal_secret(cast["totp_secret"], purpose="totp"),
                offered_at=at,
                confirmed_at=at,
            )


@dataclass(frozen=True)
class Wanted:
    """An account of the cast; `owner` is the daily account's name, by which the person is known."""

    owner: str
    username: str
    kind: str = Account.Kind.OPERATIONAL
    own_roles: tuple[str, ...] = ()


def _wanted_accounts(cast: Mapping[str, Any]) -> list[Wanted]:
    people = [one for all_ in cast["agencies"].values() for one in all_ if "account" in one]
    admins = [one["account"] for one in cast["administrators"]]
    return [
        *(Wanted(one["account"], one["account"]) for one in people),
        *(
            Wanted(one["account"], one["admin_account"], Account.Kind.ADMIN)
            for one in people
            if "admin_account" in one
        ),
        *(Wanted(name, name, Account.Kind.ADMIN, (SYSTEM_ADMIN,)) for name in sorted(admins)),
    ]
