"""The right to an account: PKCE, rotating tokens that serve once, and the alarm when it is lost."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection

from cast import House, approve_systems, enter_working_time, make_department
from congvu.audit.models import Entry
from congvu.channels import refresh_tokens
from congvu.channels.adapters.zalo_oa import ZaloOa
from congvu.channels.ask_grant import ask_grant
from congvu.channels.models import OwnAddress, ZaloGrant
from congvu.channels.providers import facts_of
from congvu.channels.put_pair_aside import _folder, pair_aside, put_pair_aside
from congvu.channels.refresh_tokens import NoToken, refresh_due, usable_token
from congvu.channels.take_grant import exchange_code, take_grant
from congvu.channels.types import Outgoing
from congvu.incidents.models import Incident
from congvu.kit import clock
from congvu.systems.move_account import move_account
from paperwork import refused
from workers import own_environment
from zalo_double import CALLBACK, OA_ID, Line, granted, opened, zalo_line

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.4")]


@pytest.fixture
def house(db: None, at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    return make_department(at, "Sở Nội vụ", "SNV")


@pytest.fixture
def line(db: None, at: datetime) -> Iterator[Line]:
    with zalo_line(at, moment=lambda: at) as line:
        yield line


def asked_for(house: House, at: datetime) -> tuple[str, dict[str, str]]:
    account = opened(house, at)
    address = ask_grant(account_id=account.id, callback=CALLBACK, by=house.clerk, at=at)
    return address, dict(parse_qsl(urlsplit(address).query))


def test_the_grant_travels_with_state_and_challenge_and_becomes_a_pair(
    line: Line, house: House, at: datetime
) -> None:
    address, asked = asked_for(house, at)
    assert address.startswith(f"{line.address}/v4/oa/permission?")
    assert len(asked["code_challenge"]) == 43
    code = line.double.grant(OA_ID, asked)
    grant = take_grant(state=asked["state"], code=code, oa_id=OA_ID, by=house.clerk, at=at)
    exchange_code(grant_id=grant.id, at=at)
    grant.refresh_from_db()
    assert grant.state == ZaloGrant.State.READY
    assert grant.expires_at == at + timedelta(seconds=90_000)
    assert grant.tokens["access"] in line.double.access
    assert OwnAddress.objects.get(channel="zalo").address == OA_ID
    exchange_code(grant_id=grant.id, at=at)  # twice is once
    assert len([path for path, _ in line.double.calls if path.endswith("access_token")]) == 1


def test_a_strange_old_or_used_state_is_refused(line: Line, house: House, at: datetime) -> None:
    _, asked = asked_for(house, at)
    code = line.double.grant(OA_ID, asked)
    take = {"code": code, "oa_id": OA_ID, "by": house.clerk}
    with refused("channels.E202"):
        take_grant(state="another", at=at, **take)
    with refused("channels.E202"):
        take_grant(state=asked["state"], at=at + timedelta(minutes=21), **take)
    with refused("channels.E203"):
        take_grant(state=asked["state"], at=at, **{**take, "oa_id": "999"})
    take_grant(state=asked["state"], at=at, **take)
    with refused("channels.E202"):
        take_grant(state=asked["state"], at=at, **take)


def test_a_wrong_verifier_gets_no_tokens(line: Line, house: House, at: datetime) -> None:
    _, asked = asked_for(house, at)
    code = line.double.grant(OA_ID, asked)
    grant = take_grant(state=asked["state"], code=code, oa_id=OA_ID, by=house.clerk, at=at)
    grant.pending = {**grant.pending, "verifier": "x" * 43}
    grant.save()
    exchange_code(grant_id=grant.id, at=at)
    grant.refresh_from_db()
    assert (grant.state, grant.tokens) == (ZaloGrant.State.WAITING, None)
    assert "-14007" in grant.said


def test_tokens_rotate_and_the_old_refresh_token_is_never_used_again(
    line: Line, house: House, at: datetime
) -> None:
    grant = granted(line, house, at)
    first = dict(grant.tokens)
    assert usable_token(grant.id, at=at) == first["access"]
    later = at + timedelta(hours=23)
    assert refresh_due(at=later) == 1
    grant.refresh_from_db()
    assert grant.tokens["access"] != first["access"]
    assert grant.tokens["refresh"] != first["refresh"]
    assert first["refresh"] in line.double.spent
    assert (grant.spending_since, grant.expires_at) == (None, later + timedelta(seconds=90_000))
    assert refresh_due(at=later) == 0


def test_a_refused_refresh_is_alarmed_once_and_nothing_more_is_tried(
    line: Line, house: House, at: datetime
) -> None:
    grant = granted(line, house, at)
    line.double.refresh.clear()
    with pytest.raises(NoToken):
        usable_token(grant.id, at=at, refused=grant.tokens["access"])
    grant.refresh_from_db()
    assert grant.state == ZaloGrant.State.BROKEN
    incident = Incident.objects.get()
    assert "cấp quyền lại" in incident.said and incident.agency == house.agency
    calls = len(line.double.calls)
    with pytest.raises(NoToken):
        usable_token(grant.id, at=at)
    assert (len(line.double.calls), Incident.objects.count()) == (calls, 1)


def test_a_platform_that_is_down_is_alarmed_when_it_lasts_and_forgiven_when_it_ends(
    line: Line, house: House, at: datetime
) -> None:
    grant = granted(line, house, at)
    for minutes, alarms in ((0, 0), (30, 0), (61, 1), (90, 1)):
        line.double.breaks = "http500"
        now = at + timedelta(hours=23, minutes=minutes)
        assert refresh_due(at=now) == 0
        assert Incident.objects.count() == alarms
    grant.refresh_from_db()
    assert grant.state == ZaloGrant.State.READY and grant.spending_since is not None
    assert refresh_due(at=at + timedelta(hours=24, minutes=50)) == 1
    grant.refresh_from_db()
    assert (grant.failing_since, grant.alarmed_at, grant.said) == (None, None, "")


def test_nothing_of_a_token_is_in_clear_in_the_database_the_audit_or_the_log(
    line: Line, house: House, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    grant = granted(line, house, at)
    refresh_due(at=at + timedelta(hours=23))
    grant.refresh_from_db()
    secrets = [*grant.tokens.values(), "app-secret-of-the-double"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t::text FROM channels_zalogrant t UNION ALL SELECT t::text FROM channels_provider t"
        )
        kept = " ".join(text for (text,) in cursor.fetchall())
    told = json.dumps(list(Entry.objects.values_list("details", flat=True)), default=str)
    for secret in secrets:
        assert secret not in kept and secret not in told and secret not in caplog.text


def test_the_application_is_tried_without_writing_to_anybody(line: Line) -> None:
    item = Outgoing(0, "cv0", "0", "", {"text": "thử"}, "letter", 0)
    facts = facts_of(line.provider)
    assert ZaloOa().send(facts, [item])[0].result == "accepted"
    wrong = replace(facts, secrets={**facts.secrets, "app_secret": "sai"})
    assert ZaloOa().send(wrong, [item])[0].result == "failed_permanent"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_spend_one_refresh_token(at: datetime) -> None:
    """Eight workers meet an expired token in the same moment: one call, one new pair for all."""
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at, "Sở Nội vụ", "SNV")
    with zalo_line(at, moment=lambda: at) as line:
        grant = granted(line, house, at)
        before = grant.tokens["access"]
        got: list[str] = []

        def work() -> None:
            with clock.frozen(at):
                got.append(usable_token(grant.id, at=at, refused=before))
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert len(set(got)) == 1 and len(got) == 8 and got[0] != before
        refreshes = [f for p, f in line.double.calls if f.get("grant_type") == "refresh_token"]
        assert len(refreshes) == 1


# --- killed between Zalo's answer and the row ----------------------------------------------------

KILLED = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from congvu.channels import refresh_tokens, take_grant
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
refresh_tokens.keep_pair = take_grant.keep_pair = die
grant_id, at = int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
if sys.argv[1] == "refresh":
    refresh_tokens.refresh_due(at=at)
else:
    take_grant.exchange_code(grant_id=grant_id, at=at)
"""


def killed(act: str, grant: ZaloGrant, at: datetime) -> None:
    """A process asks Zalo, hears its answer, and dies before the row is written."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, act, str(grant.id), at.isoformat()],
        env=own_environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def asked_times(line: Line, kind: str) -> int:
    return len([form for _, form in line.double.calls if form.get("grant_type") == kind])


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_the_answer_and_the_row_loses_no_right(at: datetime) -> None:
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at, "Sở Nội vụ", "SNV")
    later = at + timedelta(hours=23)
    with zalo_line(at, moment=lambda: at) as line:
        grant = granted(line, house, at)
        before = dict(grant.tokens)
        killed("refresh", grant, later)
        grant.refresh_from_db()
        assert grant.tokens == before and before["refresh"] in line.double.spent
        (file,) = _folder().iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        given = pair_aside(grant.id, before["refresh"])
        assert given is not None and given.refresh.encode() not in file.read_bytes()
        assert refresh_due(at=later) == 1
        grant.refresh_from_db()
        assert grant.tokens == {"access": given.access, "refresh": given.refresh}
        assert (grant.state, grant.spending_since) == (ZaloGrant.State.READY, None)
        assert (asked_times(line, "refresh_token"), list(_folder().iterdir())) == (1, [])
        assert Incident.objects.count() == 0
        assert refresh_due(at=later) == 0  # twice is once
        assert refresh_due(at=later + timedelta(hours=23)) == 1  # and the line goes on


@pytest.mark.django_db(transaction=True)
def test_a_code_that_was_answered_before_a_death_is_not_lost(at: datetime) -> None:
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at, "Sở Nội vụ", "SNV")
    with zalo_line(at, moment=lambda: at) as line:
        _, asked = asked_for(house, at)
        code = line.double.grant(OA_ID, asked)
        grant = take_grant(state=asked["state"], code=code, oa_id=OA_ID, by=house.clerk, at=at)
        killed("exchange", grant, at)
        for _ in range(2):
            exchange_code(grant_id=grant.id, at=at)
        grant.refresh_from_db()
        assert grant.state == ZaloGrant.State.READY
        assert grant.tokens["access"] in line.double.access
        assert asked_times(line, "authorization_code") == 1 and not list(_folder().iterdir())


def test_tokens_left_on_disk_are_taken_over_though_the_old_ones_still_live(
    line: Line, house: House, at: datetime
) -> None:
    grant = granted(line, house, at)
    pair = refresh_tokens.Pair("moi", "lam-moi", at + timedelta(hours=25))
    put_pair_aside(grant.id, "mot-ma-khac", pair)
    assert refresh_due(at=at) == 0  # not for the token that the row holds
    put_pair_aside(grant.id, grant.tokens["refresh"], pair)
    assert refresh_due(at=at) == 1
    grant.refresh_from_db()
    assert grant.tokens == {"access": "moi", "refresh": "lam-moi"}
    assert not list(_folder().iterdir())


def test_a_damaged_file_or_a_full_disk_stops_nothing(
    line: Line, house: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = granted(line, house, at)
    pair = refresh_tokens.Pair("moi", "lam-moi", at)
    put_pair_aside(grant.id, grant.tokens["refresh"], pair)
    (file,) = _folder().iterdir()
    file.write_bytes(b"hong")
    assert refresh_due(at=at + timedelta(hours=23)) == 1
    grant.refresh_from_db()
    assert grant.tokens["access"] in line.double.access
    monkeypatch.setattr("congvu.channels.put_pair_aside.os.fsync", no_room)
    assert refresh_due(at=at + timedelta(hours=46)) == 1


def no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.clause("QC.6.2.c")
def test_the_right_to_an_account_that_was_closed_ends(
    line: Line, house: House, at: datetime
) -> None:
    grant = granted(line, house, at)
    move_account(
        account_id=grant.account_id, move="close", text="Ngừng dùng Zalo", by=house.clerk, at=at
    )
    assert refresh_due(at=at + timedelta(hours=23)) == 0
    grant.refresh_from_db()
    assert (grant.state, grant.tokens) == (ZaloGrant.State.ENDED, None)
    assert asked_times(line, "refresh_token") == 0
