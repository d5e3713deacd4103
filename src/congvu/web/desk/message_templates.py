"""Mẫu tin: written by clerks and officials, approved by the leader, never changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.bulk import access, queries
from congvu.bulk.decide_template import (
    approve_template,
    send_back_template,
    withdraw_template,
)
from congvu.bulk.models import MessageTemplate, TemplateVersion
from congvu.bulk.states import VersionState
from congvu.bulk.submit_template import submit_template
from congvu.bulk.types import CONSENT, Wording
from congvu.bulk.write_template import write_template
from congvu.channels.types import MAIL, SMS, ZALO
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refuse_if
from congvu.orgs.types import LEADER
from congvu.rules.filling import KIND_WORDS, BlankKind
from congvu.web.desk.bulk_words import ALL, PREPARERS, example_of, road_words, tabs_of
from congvu.web.desk.days import read_id
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

TONES = {"drafted": "", "submitted": "due", "approved": "valid", "withdrawn": "paused"}
KINDS = [(kind.value, KIND_WORDS[kind][:1].upper() + KIND_WORDS[kind][1:]) for kind in BlankKind]


@needs(*ALL)
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """The agency's templates."""
    return show(
        request,
        "desk/bulk/templates.html",
        title="Mẫu tin",
        active="bulk",
        tabs=tabs_of("mau"),
        rows=queries.templates_of(request.actor),
        tones=TONES,
        road_words=road_words,
        may_prepare=access.may(request.actor, "prepare"),
    )


@needs(*ALL)
@require_GET
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    """One template: its words with an example, its versions, what can be done."""
    by = request.actor
    found = access.template_for(by, template_id, to="read")
    versions = list(found.versions.select_related("drafted_by__person", "decided_by__person"))
    versions.sort(key=lambda one: -one.ordinal)
    asked = read_id(request.GET.get("ban", ""))
    version = next((one for one in versions if one.id == asked), versions[0])
    is_latest = version == versions[0]
    return show(
        request,
        "desk/bulk/template.html",
        title=found.name,
        active="bulk",
        message_template=found,
        version=version,
        versions=versions,
        tones=TONES,
        roads=road_words(version.roads),
        example=example_of(version),
        kinds=dict(KINDS),
        may_edit=is_latest
        and version.state != VersionState.SUBMITTED
        and access.may(by, "prepare"),
        may_submit=is_latest
        and version.state == VersionState.DRAFTED
        and access.may(by, "prepare"),
        may_decide=version.state == VersionState.SUBMITTED and access.may(by, "approve"),
        may_withdraw=version.state == VersionState.APPROVED and access.may(by, "approve"),
        may_order=any(one.state == VersionState.APPROVED for one in versions)
        and access.may(by, "prepare"),
    )


@needs(*PREPARERS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new template."""
    return _write(request, None)


@needs(*PREPARERS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, template_id: int) -> HttpResponse:
    """The draft, or the successor of an approved version."""
    return _write(request, access.template_for(request.actor, template_id, to="prepare"))


def _write(request: HttpRequest, found: MessageTemplate | None) -> HttpResponse:
    version = access.latest_version(found) if found else None
    if request.method != "POST":
        waits = version is not None and version.state == VersionState.SUBMITTED
        state = version.get_state_display() if version else ""
        refuse_if(waits, "bulk.E018", state=state)
        return _form(request, version, _typed_of(version))
    typed = {key: str(value) for key, value in request.POST.items()}
    request.show_again = lambda said: _form(request, version, typed, said)
    kept = write_template(
        template_id=found.id if found else None,
        wording=_wording(typed),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã lưu mẫu tin.", "message_template", kept.template_id)


def _wording(typed: Mapping[str, str]) -> Wording:
    lines = [one.partition("=") for one in typed.get("zalo_params", "").splitlines() if "=" in one]
    kinds = {key[5:]: value for key, value in typed.items() if key.startswith("kind-")}
    return Wording(
        name=typed.get("name", ""),
        purpose=typed.get("purpose", ""),
        sms=typed.get("sms", ""),
        sms_plain=typed.get("sms_plain") == "1",
        mail_subject=typed.get("mail_subject", ""),
        mail=typed.get("mail", ""),
        zalo_template=typed.get("zalo_template", ""),
        zalo_params={key.strip()[:40]: value.strip() for key, _, value in lines if key.strip()},
        kinds=kinds,
        ground=typed.get("ground", "") if typed.get("basis") == "duty" else "",
        needs_approval=typed.get("needs_approval") == "1",
    )


def _typed_of(version: TemplateVersion | None) -> dict[str, str]:
    """The fields of the form as a version fills them."""
    if version is None:
        return {"basis": CONSENT, "needs_approval": "1", "purpose": "notice"}
    texts = version.texts
    mail, zalo = texts.get(MAIL, {}), texts.get(ZALO, {})
    params = zalo.get("values", {})
    return {
        "name": version.template.name,
        "purpose": version.template.purpose,
        "sms": texts.get(SMS, {}).get("text", ""),
        "sms_plain": "" if texts.get(SMS, {}).get("with_marks", True) else "1",
        "mail_subject": mail.get("subject", ""),
        "mail": mail.get("text", ""),
        "zalo_template": zalo.get("template", ""),
        "zalo_params": "\n".join(f"{key} = {value}" for key, value in params.items()),
        "basis": CONSENT if version.basis == CONSENT else "duty",
        "ground": "" if version.basis == CONSENT else version.basis.removeprefix("duty "),
        "needs_approval": "1" if version.needs_approval else "",
    }


def _form(
    request: HttpRequest,
    version: TemplateVersion | None,
    typed: Mapping[str, str],
    error: Refusal | None = None,
) -> HttpResponse:
    return show(
        request,
        "desk/bulk/template_form.html",
        title="Sửa mẫu tin" if version else "Mẫu tin mới",
        active="bulk",
        status=422 if error else 200,
        version=version,
        typed=typed,
        error=error,
        purposes=MessageTemplate.Purpose.choices,
        kinds=KINDS,
        blanks=version.blanks if version else [],
    )


@needs(*PREPARERS)
@require_POST
def submit(request: HttpRequest, template_id: int) -> HttpResponse:
    """Trình lãnh đạo duyệt."""
    submit_template(template_id=template_id, by=request.actor, at=clock.now())
    return done(request, "Đã trình lãnh đạo duyệt mẫu tin.", "message_template", template_id)


@needs(LEADER)
@require_POST
def decide(request: HttpRequest, template_id: int) -> HttpResponse:
    """Duyệt, trả lại hoặc rút: of the version that was on the page."""
    told: dict[str, Any] = {
        "template_id": template_id,
        "version_id": read_id(request.POST.get("version", "")),
        "by": request.actor,
        "at": clock.now(),
    }
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")
    if decision == "approve":
        approve_template(**told)
        said = "Đã duyệt mẫu tin; từ nay nội dung phiên bản này không thay đổi."
    elif decision == "withdraw":
        withdraw_template(reason=reason, **told)
        said = "Đã rút mẫu tin; không tạo được đợt gửi mới từ phiên bản này."
    else:
        send_back_template(reason=reason, **told)
        said = "Đã trả lại mẫu tin để sửa."
    return done(request, said, "message_template", template_id)
