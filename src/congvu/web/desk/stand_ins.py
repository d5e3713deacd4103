"""Ủy quyền, vắng mặt: who signs for whom, who is away and who does the work meanwhile.

The head gives the right to sign; the agency's administrator records what was decided on paper.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.kit import clock
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.delegate import delegate_signing
from congvu.orgs.models import Delegation
from congvu.orgs.refusals import NO_DELEGATION
from congvu.orgs.revoke_delegation import revoke_delegation
from congvu.orgs.set_absence import set_absence
from congvu.orgs.types import (
    AGENCY_ADMIN,
    HEADS,
    LEADER,
    UNIT_HEAD,
    Actor,
    PostingRecord,
    Rank,
)
from congvu.rules.document_types import Group, document_type, types_on
from congvu.web.desk.days import read_day, read_id, read_moment
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import admins_too, needs

GIVERS = (AGENCY_ADMIN, LEADER, UNIT_HEAD)


@admins_too
@needs()
@require_GET
def stand_ins(request: HttpRequest) -> HttpResponse:
    """What is in force and to come, and the forms."""
    return _page(request)


@needs(*GIVERS)
@require_POST
def delegate(request: HttpRequest) -> HttpResponse:
    """Giao ký thay, thừa lệnh, thừa ủy quyền."""
    request.show_again = lambda said: _page(request, said, "giao-ky")
    typed, today = request.POST, clock.today()
    kind = typed.get("kind", "")
    delegate_signing(
        kind=kind if kind in Delegation.Kind.values else Delegation.Kind.DEPUTY,
        giver_id=read_id(typed.get("giver", "")),
        taker_id=read_id(typed.get("taker", "")),
        document_types=[code for code, _ in _types() if code in typed.getlist("types")],
        scope=typed.get("scope", "")[:500],
        basis=typed.get("basis", "")[:250],
        valid_from=read_day(typed.get("valid_from", ""), field="valid_from") or today,
        valid_to=read_day(typed.get("valid_to", ""), field="valid_to"),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã ghi việc giao ký.", "stand_ins")


@needs(*GIVERS)
@require_POST
def revoke(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Chấm dứt việc giao ký."""
    ours = orgs.delegations_of(request.actor.agency_id or 0, clock.today())
    refuse_unless(delegation_id in {one.id for one in ours}, NO_DELEGATION)
    request.show_again = lambda said: _page(request, said, f"cham-dut-{delegation_id}")
    revoke_delegation(
        delegation_id=delegation_id,
        reason=request.POST.get("reason", "")[:500],
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã chấm dứt việc giao ký; văn bản đã ký giữ nguyên giá trị.", "stand_ins")


@admins_too
@needs()
@require_POST
def absent(request: HttpRequest) -> HttpResponse:
    """Ghi vắng mặt: one's own, or for anybody by the administrator."""
    request.show_again = lambda said: _page(request, said, "vang-mat")
    typed, by, at = request.POST, request.actor, clock.now()
    set_absence(
        posting_id=read_id(typed.get("posting", "")),
        substitute_id=read_id(typed.get("substitute", "")) or None,
        starts_at=read_moment(
            typed.get("starts", ""), typed.get("starts_time", ""), default=at, field="starts"
        ),
        ends_at=read_moment(
            typed.get("ends", ""), typed.get("ends_time", ""), default=at, field="ends"
        ),
        reason=typed.get("reason", "")[:250],
        by=by,
        at=at,
    )
    return done(request, "Đã ghi vắng mặt.", "stand_ins")


def _types() -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in types_on(clock.today()) if one.group is not Group.LEGAL]


def _page(request: HttpRequest, error: Refusal | None = None, form: str = "") -> HttpResponse:
    by, at = request.actor, clock.now()
    agency_id = by.agency_id or 0
    people = orgs.people_of_agency(agency_id, clock.today())
    givers = [one for one in people if _gives(by, one)]
    mine = [one for one in people if by.has(AGENCY_ADMIN) or one.posting_id == by.posting_id]
    return show(
        request,
        "desk/stand_ins.html",
        title="Ủy quyền, vắng mặt",
        active="stand_ins",
        status=422 if error else 200,
        error=error,
        opened=form,
        typed=request.POST,
        delegations=[_delegation(one, by) for one in orgs.delegations_of(agency_id, clock.today())],
        absences=orgs.absences_of(agency_id, at),
        kinds=[(one.value, one.label[0].upper() + one.label[1:]) for one in Delegation.Kind],
        givers=_choices(givers),
        takers=_choices([one for one in people if one.rank not in {Rank.STAFF, Rank.HEAD}]),
        types=_types(),
        chosen_types=request.POST.getlist("types"),
        absentees=_choices(mine),
        colleagues=_choices(people),
        own=by.posting_id,
    )


def _gives(by: Actor, one: PostingRecord) -> bool:
    is_giver = one.rank in HEADS or one.rank == Rank.UNIT_HEAD
    return is_giver and (by.has(AGENCY_ADMIN) or one.posting_id == by.posting_id)


def _choices(people: list[PostingRecord]) -> list[tuple[int, str]]:
    return [(one.posting_id, f"{one.full_name}, {one.title}") for one in people]


def _delegation(one: Delegation, by: Actor) -> dict[str, Any]:
    state = ("đang hiệu lực", "valid")
    if one.suspended_at is not None:
        state = ("tạm dừng do báo mất", "error")
    elif one.valid_from > clock.today():
        state = ("chưa đến ngày", "due")
    return {
        "id": one.id,
        "kind": one.get_kind_display(),
        "giver": f"{one.giver.person.full_name}, {one.giver.position.title}",
        "taker": f"{one.taker.person.full_name}, {one.taker.position.title}",
        "types": ", ".join(document_type(code).name for code in one.document_types),
        "scope": one.scope,
        "basis": one.basis,
        "since": one.valid_from,
        "until": one.valid_to,
        "state": state,
        "may_end": by.has(AGENCY_ADMIN) or one.giver_id == by.posting_id,
    }
