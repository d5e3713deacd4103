"""Keep the right to an account alive: an access token for a call, a new pair before it ends.

A refresh token serves once, so two refreshers would destroy the right. The order is: a session
lock of the database (no transaction) · look again · write down that the token is being spent ·
call Zalo with no transaction open · put the new pair aside on disk · write it in one transaction ·
drop the file · unlock. A process that dies after the answer leaves the file, and the next one takes
the pair from it; one that dies during the call leaves `spending_since`: the same token is tried
once more and, if Zalo has taken it, the administrator must allow again. That alarm is an incident.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from congvu.audit.write import write_entry
from congvu.channels.adapters.zalo_http import Trouble, address_of, post_form
from congvu.channels.models import ZaloGrant
from congvu.channels.providers import facts_of
from congvu.channels.put_pair_aside import (
    Pair,
    drop_pairs,
    grants_aside,
    pair_aside,
    put_pair_aside,
)
from congvu.incidents.models import Incident
from congvu.incidents.open_incident import open_incident
from congvu.kit import wall
from congvu.rules.clauses import clause
from congvu.systems.models import OfficialAccount

TOKEN = "/v4/oa/access_token"  # noqa: S105 (a path)
LOCK_FAMILY = 0x5A4F  # our advisory locks of grants
WAIT_SECONDS, BEAT = 20.0, 0.1
EARLY = timedelta(hours=3)  # of 25: a day of failures can be noticed and mended
ALARM_AFTER = timedelta(hours=1)
REFRESH_LIVES = timedelta(days=90)
State = ZaloGrant.State


class NoToken(Exception):
    """The account cannot be used now; `is_passing`: later perhaps."""

    def __init__(self, said: str, *, is_passing: bool) -> None:
        super().__init__(said)
        self.said, self.is_passing = said, is_passing


@clause("QC.10.4")
def usable_token(grant_id: int, *, at: datetime, refused: str = "") -> str:
    """An access token that lives; `refused` is one that Zalo has just called invalid or expired.

    Called outside every transaction. Raises NoToken when there is none.
    """
    grant = _read(grant_id)
    if is_fresh(grant, at, refused):
        return str(grant.tokens["access"])
    with _alone(grant_id):
        grant = _read(grant_id)
        if is_fresh(grant, at, refused):  # somebody else has done it meanwhile
            return str(grant.tokens["access"])
        if grant.state != State.READY or not grant.tokens:
            raise NoToken("Tài khoản Zalo chưa được cấp quyền hoặc cần cấp lại.", is_passing=False)
        return _refresh(grant, at)


def is_fresh(grant: ZaloGrant, at: datetime, refused: str = "") -> bool:
    """Whether the kept access token may be used as it is."""
    if grant.state != State.READY or not grant.tokens or grant.expires_at is None:
        return False
    return grant.expires_at > at + timedelta(minutes=1) and grant.tokens["access"] != refused


def refresh_due(*, at: datetime) -> int:
    """Refresh what ends soon, and what a process left on disk when it died; gives how many. The
    right to an account that was closed or merged ends."""
    _end_closed(at)
    aside = grants_aside()
    with wall.crossing_agencies():
        ready = ZaloGrant.objects.filter(state=State.READY)
        due = ready.filter(Q(expires_at__lte=at + EARLY) | Q(id__in=aside))
        grants = [
            one
            for one in due.order_by("expires_at")
            if one.expires_at <= at + EARLY or pair_aside(one.id, str(one.tokens["refresh"]))
        ]
    done = 0
    for grant in grants:
        try:
            usable_token(grant.id, at=at, refused=str(grant.tokens["access"]))
            done += 1
        except NoToken:
            continue  # said and, where it must be, alarmed already
    return done


def ask_pair(
    grant: ZaloGrant, form: dict[str, str], *, spent: str, at: datetime
) -> tuple[Pair | None, str]:
    """The pair for `spent`, which serves once, or in words why there is none; on disk when this
    returns. Called outside every transaction; raises Trouble when the line breaks."""
    given = pair_aside(grant.id, spent)
    if given is not None:
        return given, ""
    said = facts_of(grant.provider).secrets
    address = f"{address_of(said, 'oauth')}{TOKEN}"
    asked = {**form, "app_id": str(said["app_id"])}
    answer = post_form(address, asked, {"secret_key": str(said["app_secret"])})
    pair, fault = pair_of(answer, at)
    if pair is not None:
        put_pair_aside(grant.id, spent, pair)
    return pair, fault


def pair_of(answer: dict[str, Any], at: datetime) -> tuple[Pair | None, str]:
    """The pair in an answer, or in words why there is none; `expires_in` comes as a text."""
    access, refresh = answer.get("access_token"), answer.get("refresh_token")
    seconds = str(answer.get("expires_in", ""))
    if isinstance(access, str) and isinstance(refresh, str) and seconds.isdigit():
        return Pair(access, refresh, at + timedelta(seconds=int(seconds))), ""
    code = str(answer.get("error", "?"))[:10]
    return None, f"Zalo không cấp quyền (mã {code}: {str(answer.get('error_name', ''))[:80]})."


def keep_pair(grant: ZaloGrant, pair: Pair, at: datetime) -> None:
    """Put the new pair in place of the old one; the caller saves and holds the row."""
    grant.tokens = {"access": pair.access, "refresh": pair.refresh}
    grant.expires_at, grant.refresh_until = pair.expires_at, at + REFRESH_LIVES
    grant.state, grant.said = State.READY, ""
    grant.spending_since = grant.failing_since = grant.alarmed_at = None


def _read(grant_id: int) -> ZaloGrant:
    with wall.crossing_agencies():
        return ZaloGrant.objects.select_related("provider").get(id=grant_id)


@contextmanager
def _alone(grant_id: int) -> Iterator[None]:
    """A lock of this database session: it ends with the process, and no transaction holds it."""
    until = time.monotonic() + WAIT_SECONDS
    while not _locked("pg_try_advisory_lock", grant_id):
        if time.monotonic() > until:
            raise NoToken("Một tiến trình khác đang làm mới quyền Zalo.", is_passing=True)
        time.sleep(BEAT)
    try:
        yield
    finally:
        _locked("pg_advisory_unlock", grant_id)


def _locked(function: str, grant_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCK_FAMILY, grant_id])
        return bool(cursor.fetchone()[0])


def _refresh(grant: ZaloGrant, at: datetime) -> str:
    spent = str(grant.tokens["refresh"])
    with wall.crossing_agencies():
        ZaloGrant.objects.filter(id=grant.id).update(spending_since=at)
    form = {"refresh_token": spent, "grant_type": "refresh_token"}
    try:
        pair, fault = ask_pair(grant, form, spent=spent, at=at)
    except Trouble as trouble:
        _note_failure(grant.id, trouble.said, is_final=False, at=at)
        raise NoToken(trouble.said, is_passing=True) from None
    if pair is None:
        _note_failure(grant.id, fault, is_final=True, at=at)
        raise NoToken(fault, is_passing=False)
    with wall.crossing_agencies(), transaction.atomic():
        kept = ZaloGrant.objects.select_for_update(of=("self",)).get(id=grant.id)
        keep_pair(kept, pair, at)
        kept.save()
        _write("channels.zalo_refreshed", kept, at)
    drop_pairs(grant.id)
    return pair.access


@clause("QC.10.4")
def _end_closed(at: datetime) -> None:
    """What an agency has closed is spoken for no more: its tokens go."""
    ended = [OfficialAccount.State.CLOSED, OfficialAccount.State.MERGED]
    with wall.crossing_agencies(), transaction.atomic():
        over = ZaloGrant.objects.select_for_update(of=("self",)).filter(account__state__in=ended)
        for grant in over.exclude(state=State.ENDED):
            grant.state, grant.tokens, grant.pending = State.ENDED, None, None
            grant.save()
            _write("channels.zalo_grant_ended", grant, at)
            transaction.on_commit(partial(drop_pairs, grant.id))


@clause("QC.10.4")
def _note_failure(grant_id: int, said: str, *, is_final: bool, at: datetime) -> None:
    """A refusal ends the right at once; a broken line is alarmed when it lasts. Once each time."""
    with wall.crossing_agencies(), transaction.atomic():
        grant = ZaloGrant.objects.select_for_update(of=("self",)).get(id=grant_id)
        grant.failing_since, grant.said = grant.failing_since or at, said[:300]
        if is_final:
            grant.state = State.BROKEN
        lasts = is_final or at - grant.failing_since > ALARM_AFTER
        if lasts and grant.alarmed_at is None:
            grant.alarmed_at = at
            _alarm(grant, said, at)
            _write("channels.zalo_refresh_failed", grant, at, said=said)
        grant.save()


def _alarm(grant: ZaloGrant, said: str, at: datetime) -> None:
    open_incident(
        kind=Incident.Kind.OTHER,
        agency_id=grant.agency_id,
        said=f"Hệ thống mất quyền dùng tài khoản Zalo {grant.oa_id}: {said} Tin qua Zalo đang "
        "dừng; hãy vào trang Tài khoản Zalo và cấp quyền lại.",
        under="QC.10.4",
        by=None,
        at=at,
        facts={"oa_id": grant.oa_id},
    )


def _write(act: str, grant: ZaloGrant, at: datetime, said: str = "") -> None:
    write_entry(
        act,
        by=None,
        at=at,
        on=("zalo_grant", grant.id),
        agency_id=grant.agency_id,
        clause="QC.10.4",
        details={"oa_id": grant.oa_id, "said": said},
    )
