"""Registering gives the next number of the year, and nobody can make a gap or a double."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import transaction

from cast import House
from congvu.audit.models import Entry
from congvu.documents.events import DocumentRegistered
from congvu.documents.incoming.receive import Incoming, receive_from_exchange
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, RegisterBook, Registration
from congvu.documents.queries.incoming_register import incoming_print, incoming_rows
from congvu.documents.states import ArrivalState
from congvu.kit import clock
from letters import at_once, sent
from paperwork import refused


def came(sender: House, house: House, at: datetime) -> Arrival:
    """One more letter at the house's door."""
    document = sent(sender, at, house)
    receive_from_exchange(
        document_id=document.id,
        sender_name=sender.agency.name,
        urgency=0,
        sent_at=at,
        entered_at=at,
        incoming=[Incoming(house.agency.id)],
    )
    return Arrival.objects.get(document=document)


def register(house: House, arrival: Arrival, at: datetime) -> Registration:
    return register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)


@pytest.mark.django_db
@pytest.mark.clause("ND30.22")
def test_numbers_run_on_in_order_of_registration(
    house: House, committee: House, at: datetime, published: list[object]
) -> None:
    first, second = came(committee, house, at), came(committee, house, at)
    given = [register(house, second, at).number, register(house, first, at).number]
    assert given == [1, 2]
    first.refresh_from_db()
    assert (first.state, first.acknowledged_at) == (ArrivalState.REGISTERED, at)
    assert DocumentRegistered(arrival_id=first.id, at=at) in published
    entry = Entry.objects.filter(kind="documents.incoming.registered").latest("id")
    assert (entry.object_id, entry.clause) == (first.document_id, "ND30.22")


@pytest.mark.django_db
@pytest.mark.clause("ND30.22")
def test_each_year_and_each_agency_has_its_own_book(
    house: House, committee: House, at: datetime
) -> None:
    register(house, came(committee, house, at), at)
    next_year = clock.at_vietnam(2023, 1, 3, 8)
    new = register(house, came(committee, house, next_year), next_year)
    theirs = register(committee, came(house, committee, at), at)
    assert (new.number, theirs.number) == (1, 1)
    books = RegisterBook.objects.filter(direction=RegisterBook.Direction.INCOMING)
    assert sorted(books.values_list("agency_id", "year")) == sorted(
        [(house.agency.id, 2022), (house.agency.id, 2023), (committee.agency.id, 2022)]
    )


@pytest.mark.django_db
def test_the_last_evening_of_the_year_in_vietnam_is_still_that_year(
    house: House, committee: House, at: datetime
) -> None:
    evening = clock.at_vietnam(2022, 12, 31, 23, 30)
    given = register(house, came(committee, house, evening), evening)
    assert (given.book.year, given.on) == (2022, date(2022, 12, 31))
    night = clock.at_vietnam(2023, 1, 1, 0, 30)  # still 31 December in UTC
    given = register(house, came(committee, house, night), night)
    assert (given.book.year, given.on) == (2023, date(2023, 1, 1))


@pytest.mark.django_db
def test_only_a_clerk_of_the_receiving_agency_registers_and_only_once(
    house: House, committee: House, at: datetime
) -> None:
    arrival = came(committee, house, at)
    for other, code in (
        (committee.clerk, "documents.E001"),
        (house.drafter, "documents.E001"),
        (house.leader, "documents.E002"),
        (house.archivist, "documents.E002"),
    ):
        with refused(code):
            register_arrival(arrival_id=arrival.id, by=other, at=at)
    register(house, arrival, at)
    with refused("documents.E003"):
        register(house, arrival, at)
    assert RegisterBook.objects.get(direction="in").last_number == 1


@pytest.mark.django_db
@pytest.mark.clause("ND30.18.4")
def test_what_is_asked_back_is_not_registered(house: House, committee: House, at: datetime) -> None:
    arrival = came(committee, house, at)
    Arrival.objects.update(recall_asked_at=at)
    with refused("documents.E301"):
        register(house, arrival, at)
    with refused("documents.E309"):
        Arrival.objects.update(recall_asked_at=None)
        register_arrival(arrival_id=arrival.id, by=house.clerk, at=at, note="x" * 501)
    assert Registration.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.clause("ND30.22.3.b", "ND30.PL4")
def test_the_register_prints_its_ten_columns(house: House, committee: House, at: datetime) -> None:
    arrival = came(committee, house, at)
    given = register(house, arrival, at)
    first, last = date(2022, 1, 1), date(2022, 12, 31)
    rows = incoming_rows(house.clerk, given.book_id, first, last)
    printed = incoming_print(house.clerk, 2022, rows, first, last)
    columns = printed.rows[0]
    assert len(columns) == 10
    assert columns[:4] == (
        "14/02/2022",
        "01",
        committee.agency.name,
        arrival.document.symbol,
    )
    assert (printed.from_number, printed.to_number) == ("01", "01")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("ND30.22")
def test_twenty_clerks_at_once_and_a_double_click_leave_no_gap(
    house: House, committee: House, at: datetime
) -> None:
    arrivals = [came(committee, house, at) for _ in range(20)]
    calls = [lambda one=one: register(house, one, at).number for one in arrivals]
    given = at_once([*calls, calls[0], calls[1]])  # two of them are clicked twice
    assert sorted(one for one in given if isinstance(one, int)) == list(range(1, 21))
    assert [one for one in given if isinstance(one, str)] == ["documents.E003"] * 2
    assert RegisterBook.objects.get(direction="in").last_number == 20


@pytest.mark.django_db
@pytest.mark.clause("ND30.22")
def test_a_request_that_fails_gives_its_number_back(
    house: House, committee: House, at: datetime
) -> None:
    first, second = came(committee, house, at), came(committee, house, at)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert register(house, first, at).number == 1
        raise ZeroDivisionError
    assert register(house, second, at).number == 1
    assert register(house, first, at).number == 2
