"""Templates of Zalo messages: entered with their parameters, used only while Zalo approves them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.access import ORDERS
from congvu.channels.models import ZaloTemplate
from congvu.kit import wall
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

NAME = re.compile(r"<([a-z][a-z0-9_]{0,39})>")
LONGEST = 100
State = ZaloTemplate.State


@dataclass(frozen=True)
class TemplateForm:
    """A template as it was entered at Zalo: `text` names its parameters as <ma_ho_so>."""

    template_id: str
    name: str
    text: str


@clause("QC.6.2.b")
def keep_template(*, form: TemplateForm, by: Actor, at: datetime) -> ZaloTemplate:
    """Enter a template; it waits for Zalo's approval. Refuses one without parameters (E208)."""
    with transaction.atomic():
        text = clean_text(form.text).strip()[:1000]
        names = list(dict.fromkeys(NAME.findall(text)))
        known = ZaloTemplate.objects.filter(
            agency_id=by.agency_id, template_id=form.template_id.strip()
        )

        refuse_if(by.roles.isdisjoint(ORDERS["template"]), "channels.E204")
        refuse_unless(form.template_id.strip().isdigit() and form.name.strip(), "channels.E208")
        refuse_unless(names, "channels.E208")
        refuse_if(known.exists(), "channels.E209")

        template = ZaloTemplate.objects.create(
            agency_id=by.agency_id,
            template_id=form.template_id.strip(),
            name=clean_text(form.name).strip()[:120],
            text=text,
            params=[{"name": name, "longest": LONGEST} for name in names],
            by_id=by.posting_id,
            changed_at=at,
        )
        _write(template, by, at)
    return template


@clause("QC.6.2.b")
def set_template_state(*, template_id: int, state: str, by: Actor, at: datetime) -> ZaloTemplate:
    """What Zalo has decided, or that it is used no more."""
    with transaction.atomic():
        template = (
            ZaloTemplate.objects.select_for_update()
            .filter(id=template_id, agency_id=by.agency_id)
            .first()
        )

        refuse_if(template is None, "channels.E210")
        refuse_if(by.roles.isdisjoint(ORDERS["template"]), "channels.E204")
        refuse_unless(state in State.values, "channels.E210")

        template.state, template.changed_at = state, at
        template.save(update_fields=["state", "changed_at"])
        _write(template, by, at)
    return template


def template_fault(agency_id: int, text: Mapping[str, Any]) -> str:
    """Why a message may not go by its template, in words; "" when it may."""
    with wall.crossing_agencies():
        template = _template_of(agency_id, text)
    if template is None:
        return "Chưa có mẫu tin Zalo này trong danh mục của cơ quan."
    if template.state != State.APPROVED:
        return f"Mẫu tin “{template.name}” {template.get_state_display()}."
    return _values_fault(template.params, text.get("values"))


def wording_fault(agency_id: int, text: Mapping[str, Any]) -> str:
    """Why nothing could ever go by this template, whatever its values; "" when it may once Zalo
    approves it."""
    template = _template_of(agency_id, text)
    if template is None:
        return (
            f"Mẫu tin Zalo số {text.get('template')} chưa có trong danh mục của cơ quan; "
            "hãy nhập ở trang Mẫu tin Zalo."
        )
    if template.state in {State.REJECTED, State.STOPPED}:
        return f"Mẫu tin Zalo “{template.name}” {template.get_state_display()}."
    wanted = [str(one["name"]) for one in template.params]
    if set(text.get("values", {})) != set(wanted):
        return f"Mẫu tin Zalo “{template.name}” cần đúng các tham số: {', '.join(wanted)}."
    return ""


def waits_for_zalo(agency_id: int, text: Mapping[str, Any]) -> str:
    """Why its template may not be used today, in words; "" when it may."""
    template = _template_of(agency_id, text)
    if template is not None and template.state == State.APPROVED:
        return ""
    state = template.get_state_display() if template else "không còn trong danh mục"
    return f"Mẫu tin Zalo “{template.name if template else text.get('template')}” {state}."


def template_params(agency_id: int, text: Mapping[str, Any]) -> dict[str, int]:
    """The parameters of a template with the longest text of each; none where it is not known."""
    template = _template_of(agency_id, text) if text else None
    params = template.params if template else ()
    return {str(one["name"]): int(one.get("longest", LONGEST)) for one in params}


def words_by_template(agency_id: int, text: Mapping[str, Any]) -> str:
    """What the reader sees: the words that Zalo approved with the values in them; "" where the
    template is not known."""
    template = _template_of(agency_id, text)
    values = text.get("values", {})
    return NAME.sub(
        lambda found: str(values.get(found[1], found[0])), template.text if template else ""
    )


def _template_of(agency_id: int, text: Mapping[str, Any]) -> ZaloTemplate | None:
    number = str(text.get("template", ""))
    return ZaloTemplate.objects.filter(agency_id=agency_id, template_id=number).first()


def _values_fault(params: Sequence[Mapping[str, Any]], given: Any) -> str:
    wanted = {str(one["name"]): int(one["longest"]) for one in params}
    if not isinstance(given, Mapping) or set(given) != set(wanted):
        return f"Tin theo mẫu cần đúng các tham số: {', '.join(wanted)}."
    for name, longest in wanted.items():
        if not isinstance(given[name], str) or not 0 < len(given[name]) <= longest:
            return f"Tham số {name} phải có từ 1 đến {longest} ký tự."
    return ""


def _write(template: ZaloTemplate, by: Actor, at: datetime) -> None:
    write_entry(
        "channels.zalo_template",
        by=by,
        at=at,
        on=("zalo_template", template.id),
        agency_id=template.agency_id,
        clause="QC.6.2.b",
        details={"template": template.template_id, "state": template.state},
    )
