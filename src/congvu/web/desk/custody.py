"""Thiết bị ký số: the register of devices and certificates, handovers with minutes (QC.10.3)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.kit import blobs, clock
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN, CLERK, Actor
from congvu.signing import access, ports
from congvu.signing.hand_over import hand_over_device
from congvu.signing.models import Certificate, DeviceHandover, ExpiryWarning, SigningDevice
from congvu.signing.queries import custody as queries
from congvu.signing.queries.custody import DeviceFilter, DeviceRow
from congvu.signing.register_certificate import SCHEME_WORDS, SCHEMES, register_certificate
from congvu.signing.register_device import register_device
from congvu.signing.reissue_demonstration import reissue_demonstration
from congvu.signing.take_back import take_back_device
from congvu.web.desk.days import read_id
from congvu.web.desk.frame import done, show
from congvu.web.desk.number_way import number_ways
from congvu.web.environment import day, moment
from congvu.web.shell.doors import admins_too, needs

STATE_TONES = {"held": "valid", "stored": "paused", "returned": "paused", "lost": "error"}
CERTIFICATE_TONES = {"in_use": "valid", "replaced": "paused", "revoked": "error"}
KINDS = [(kind.value, kind.label) for kind in SigningDevice.Kind if kind.value in SCHEMES]


_COMMON_NAME = re.compile(r"(?:^|,)CN=((?:\\.|[^,\\])+)")


def name_of(distinguished: str) -> str:
    """The common name in a distinguished name, or the whole of it."""
    found = _COMMON_NAME.search(distinguished)
    return found[1].replace("\\", "") if found else distinguished


def expiry_words(row: DeviceRow, at: datetime) -> dict[str, str]:
    """How the certificate of a line stands, as the state tag takes it."""
    if row.certificate_id is None:
        return {"text": "chưa có chứng thư số", "tone": "paused"}
    if row.revoked_at is not None:
        return {"text": "đã thu hồi", "tone": "error"}
    left = row.days_left(at)
    if left is None:
        return {"text": "đã thay thế", "tone": "paused"}
    if left == 0:
        return {"text": "đã hết hạn", "tone": "error"}
    if left <= 60:
        return {"text": f"còn {left} ngày", "tone": "due"}
    return {"text": "còn hiệu lực", "tone": "valid"}


@needs(AGENCY_ADMIN, CLERK)
@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """The register as this keeper keeps it, and what was reported lost."""
    by, at = request.actor, clock.now()
    wanted = _filter(request)
    rows = queries.devices_kept_by(by, wanted, at)
    return show(
        request,
        "desk/custody/list.html",
        title="Thiết bị ký số",
        active="signing_devices",
        rows=[(row, expiry_words(row, at)) for row in rows],
        expiring=sum(1 for row in rows if 0 < (row.days_left(at) or 0) <= 60),
        state_tones=STATE_TONES,
        wanted=wanted,
        kinds=SigningDevice.Kind.choices,
        states=SigningDevice.State.choices,
        reports=queries.reports_of(by=by),
        own_only=not by.has(AGENCY_ADMIN),
        may_renew=by.has(CLERK),
    )


def _filter(request: HttpRequest) -> DeviceFilter:
    given = request.GET
    kind, state = given.get("loai", ""), given.get("tinh-trang", "")
    return DeviceFilter(
        kind=kind if kind in SigningDevice.Kind.values else "",
        state=state if state in SigningDevice.State.values else "",
        text=given.get("tu-khoa", "").strip(),
        expiring=given.get("sap-het-han") == "1",
    )


@needs(AGENCY_ADMIN, CLERK)
@require_http_methods(["GET", "POST"])
def add_device(request: HttpRequest) -> HttpResponse:
    """Thêm thiết bị vào danh mục."""
    if request.method == "POST":
        request.show_again = lambda said: _adding(request, said)
        typed = request.POST
        device = register_device(
            kind=typed.get("kind", ""),
            serial=typed.get("serial", ""),
            provider=typed.get("provider", ""),
            person_id=read_id(typed.get("person", "")) or None,
            by=request.actor,
            at=clock.now(),
        )
        return done(
            request, "Đã thêm thiết bị; hãy bàn giao có biên bản.", "signing_device", device.id
        )
    return _adding(request)


def _adding(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    by = request.actor
    people = orgs.people_of_agency(by.agency_id or 0, clock.today()) if by.has(AGENCY_ADMIN) else []
    holders = {one.person_id: f"{one.full_name}, {one.title}" for one in people}
    own = [("", f"{by.agency_name} (khóa của cơ quan)")]
    return show(
        request,
        "desk/custody/add.html",
        title="Thêm thiết bị ký",
        active="signing_devices",
        status=422 if error else 200,
        error=error,
        typed=request.POST,
        kinds=KINDS,
        holders=[*own, *holders.items()],
    )


@admins_too
@needs()
@require_GET
def device(request: HttpRequest, device_id: int) -> HttpResponse:
    """One device: whose key, who keeps it, its certificates, everything that happened."""
    by, at = request.actor, clock.now()
    kept = access.device_for(by, device_id, to="see")
    manages = access.keeps_register(by, agency_id=kept.agency_id, person_id=kept.person_id)
    row = queries.device_row(device_id)
    certificates = list(kept.certificates.order_by("-id"))
    return show(
        request,
        "desk/custody/device.html",
        title=f"{row.kind_label} {row.serial}",
        active="signing_devices" if manages else "account",
        row=row,
        standing=expiry_words(row, at),
        state_tone=STATE_TONES[row.state],
        certificates=certificates,
        certificate_tones=CERTIFICATE_TONES,
        history=history_of(kept, certificates),
        name_of=name_of,
        orders=_orders(kept, manages),
        receivers=_receivers(kept, at) if manages else [],
        stores=_stores(kept),
        number_ways=number_ways(certificates),
    )


def _orders(kept: SigningDevice, manages: bool) -> dict[str, bool]:
    state = SigningDevice.State
    is_software = kept.kind == SigningDevice.Kind.SOFTWARE
    return {
        "hand_over": manages and kept.state in {state.STORED, state.RETURNED},
        "take_back": manages and kept.state == state.HELD,
        "certificate": manages and not is_software and kept.state in {state.STORED, state.HELD},
        "reissue": manages
        and kept.is_demonstration
        and kept.state == state.LOST
        and ports.authority() is not None,
        "report": kept.state != state.LOST,
        "register": manages,
    }


def _receivers(kept: SigningDevice, at: datetime) -> list[tuple[int, str]]:
    """Who may take it over: the person whose key it holds, or the agency's clerks."""
    today = clock.local(at).date()
    people = orgs.people_of_agency(kept.agency_id, today)
    fits = [
        one
        for one in people
        if (one.person_id == kept.person_id if kept.person_id else one.has(CLERK))
    ]
    return [(one.posting_id, f"{one.full_name}, {one.title}") for one in fits]


def _stores(kept: SigningDevice) -> list[tuple[str, str]]:
    """The key stores that reach keys of this kind; those not connected here say so."""
    return [
        (one, SCHEME_WORDS[one] + ("" if ports.is_connected(f"{one}:") else " (chưa nối)"))
        for one in SCHEMES.get(kept.kind, ())
    ]


def history_of(kept: SigningDevice, certificates: list[Certificate]) -> list[dict[str, Any]]:
    """Everything that happened to a device, newest first."""
    entries = [{"at": kept.registered_at, "text": "Vào danh mục thiết bị", "icon": "plus"}]
    for one in certificates:
        entries.append(
            {
                "at": one.registered_at,
                "text": f"Đăng ký chứng thư số {one.serial}",
                "icon": "shield",
                "note": f"Hiệu lực {day(one.valid_from)} – {day(one.valid_to)}",
            }
        )
    handovers = kept.handovers.select_related("giver__person", "receiver__person")
    for one in handovers:
        given = one.kind == DeviceHandover.Kind.GIVEN
        entries.append(
            {
                "at": one.at,
                "text": ("Bàn giao" if given else "Thu hồi")
                + f": {one.giver.person.full_name} giao cho {one.receiver.person.full_name}",
                "icon": "assign" if given else "undo",
                "note": one.condition,
                "minutes": one.id,
            }
        )
    for one in ExpiryWarning.objects.filter(certificate__in=certificates):
        text = f"Đã nhắc: chứng thư số còn dưới {one.days} ngày"
        entries.append({"at": one.at, "text": text, "icon": "bell"})
    for one in queries.reports_of(device_id=kept.id):
        entries.append(
            {
                "at": one.reported_at,
                "text": f"Báo mất quyền kiểm soát từ {moment(one.lost_at)}",
                "icon": "alert",
                "tone": "error",
                "note": str(one.get_state_display()).capitalize(),
                "report": one.id,
            }
        )
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


@needs(AGENCY_ADMIN, CLERK)
@require_POST
def hand_over(request: HttpRequest, device_id: int) -> HttpResponse:
    """Bàn giao có biên bản."""
    hand_over_device(
        device_id=device_id,
        receiver_id=read_id(request.POST.get("receiver", "")),
        condition=request.POST.get("condition", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã bàn giao và lập biên bản.", "signing_device", device_id)


@needs(AGENCY_ADMIN, CLERK)
@require_POST
def take_back(request: HttpRequest, device_id: int) -> HttpResponse:
    """Thu hồi có biên bản."""
    take_back_device(
        device_id=device_id,
        condition=request.POST.get("condition", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã thu hồi và lập biên bản.", "signing_device", device_id)


@needs(AGENCY_ADMIN, CLERK)
@require_POST
def add_certificate(request: HttpRequest, device_id: int) -> HttpResponse:
    """Đăng ký chứng thư số từ tệp."""
    file = request.FILES.get("file")
    certificate = register_certificate(
        device_id=device_id,
        content=file.read() if file is not None else b"",
        scheme=request.POST.get("scheme", ""),
        key_name=request.POST.get("key_name", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(
        request, f"Đã đăng ký chứng thư số {certificate.serial}.", "signing_device", device_id
    )


@needs(AGENCY_ADMIN, CLERK)
@require_POST
def reissue(request: HttpRequest, device_id: int) -> HttpResponse:
    """Cấp chứng thư trình diễn mới sau khi báo mất."""
    certificate = reissue_demonstration(device_id=device_id, by=request.actor, at=clock.now())
    return done(
        request,
        "Đã cấp chứng thư số trình diễn mới; lần báo mất đã kết thúc.",
        "signing_device",
        certificate.device_id or device_id,
    )


@admins_too
@needs()
@require_GET
def minutes(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Biên bản bàn giao, thu hồi, as it was typeset and kept."""
    handover = DeviceHandover.objects.filter(id=handover_id).first()
    refuse_unless(handover, "signing.E146")
    access.device_for(request.actor, handover.device_id, to="see")
    return pdf_answer(handover.minutes, f"bien-ban-{handover_id}.pdf")


def pdf_answer(sha256: str, name: str) -> HttpResponse:
    """A kept PDF, to look at in the browser."""
    answer = HttpResponse(blobs.read(sha256), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def my_devices(by: Actor, at: datetime) -> list[tuple[DeviceRow, dict[str, str]]]:
    """The devices that hold one's own keys, for the account page."""
    return [(row, expiry_words(row, at)) for row in queries.devices_of_person(by.person_id)]
