"""Questions to the world outside: asked between two runs of an act, never inside its transaction."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection, transaction

from congvu.kit import clock, outside
from congvu.kit.afterwards import hearing, tell_afterwards
from congvu.kit.models import Blob


class World:
    """Answers; notes whether somebody asked it with a transaction open."""

    def __init__(self, says: object = "đã thu hồi") -> None:
        self.says, self.asked, self.inside = says, 0, []

    def ask(self) -> object:
        self.asked += 1
        self.inside.append(connection.in_atomic_block)
        outside.go_out()
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def note(name: str) -> None:
    Blob.objects.create(sha256=name * 64, size=1, mime="text/plain", kept_at=clock.now())


@pytest.mark.django_db(transaction=True)
def test_what_the_first_run_wrote_is_undone_before_anybody_is_asked() -> None:
    world, seen = World(), []

    def act() -> object:
        with transaction.atomic():
            seen.append((Blob.objects.count(), clock.now()))
            note("a")
            return outside.answer("standing", world.ask)

    assert outside.asking_between(act) == "đã thu hồi"
    assert (world.asked, world.inside) == (1, [False])
    assert [count for count, _ in seen] == [0, 0] and seen[0][1] == seen[1][1]
    assert Blob.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_raised_where_the_act_asked_and_asked_once() -> None:
    world = World(TimeoutError("quá thời gian chờ"))

    def act() -> str:
        with transaction.atomic():
            try:
                outside.answer("standing", world.ask)
            except TimeoutError as fault:
                return str(fault)
            return "không lỗi"

    assert outside.asking_between(act) == "quá thời gian chờ"
    assert world.asked == 1


@pytest.mark.django_db(transaction=True)
def test_a_net_for_broken_documents_does_not_hold_a_question_up() -> None:
    world = World()

    def act() -> str:
        try:
            return str(outside.answer("standing", world.ask))
        except Exception:
            return "nuốt mất"

    assert outside.asking_between(act) == "đã thu hồi"


@pytest.mark.django_db(transaction=True)
def test_what_no_two_times_gives_the_same_is_made_once() -> None:
    world, made = World(), []

    def act() -> tuple[int, object]:
        number = outside.once("signature", lambda: made.append(0) or len(made))
        return number, outside.answer(("stamp", number), world.ask)

    assert outside.asking_between(act) == (1, "đã thu hồi")
    assert outside.asking_between(act) == (2, "đã thu hồi")  # another act, another signature


@pytest.mark.django_db(transaction=True)
def test_whoever_calls_out_inside_a_transaction_is_stopped() -> None:
    world = World()
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        outside.answer("standing", world.ask)  # no edge
    assert outside.answer("standing", world.ask) == "đã thu hồi"


@pytest.mark.django_db
def test_what_is_heard_afterwards_is_heard_once(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr("congvu.kit.events.publish", heard.append)
    world = World()

    class Fact:
        by = "ai đó"

    def act() -> object:
        tell_afterwards(Fact())
        return outside.answer("standing", world.ask)

    with hearing():
        outside.asking_between(act)
    assert len(heard) == 1


@pytest.mark.django_db
def test_an_act_that_never_has_enough_is_given_up(at: datetime) -> None:
    world = World()
    with pytest.raises(RuntimeError, match="every run"):
        outside.asking_between(lambda: outside.answer(world.asked, world.ask))
