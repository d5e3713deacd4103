"""Write a template, or its next version: words, what its blanks hold, on what ground it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.models import MessageTemplate, TemplateVersion
from congvu.bulk.states import VersionState
from congvu.bulk.types import CONSENT, Wording
from congvu.channels.types import MAIL, SMS, ZALO
from congvu.kit.folding import fold
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import Refusal, refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules import filling
from congvu.rules.clauses import clause
from congvu.rules.filling import BlankKind
from congvu.rules.sms import SmsClass

LONGEST_SMS = 1000
LONGEST_MAIL = 20_000


@clause("QC.7.2", "QC.6.2.b")
def write_template(
    *, template_id: int | None, wording: Wording, by: Actor, at: datetime
) -> TemplateVersion:
    """Keep the words as the version that is being drafted; an approved one gets a successor.

    Refuses a text whose blanks cannot be read (E014), a template without any text (E013), one
    without consent and without a ground (E017), and words that wait for the leader (E018).
    """
    with transaction.atomic():
        if template_id is not None:
            template = access.template_for(by, template_id, to="prepare", lock=True)
            version = access.latest_version(template)
        else:
            template, version = MessageTemplate(agency_id=by.agency_id, started_at=at), None
        name = clean_text(wording.name).strip()[:120]
        texts = _texts(wording)

        refuse_unless(access.may(by, "prepare"), "bulk.E002")
        refuse_unless(len(name) >= 3, "bulk.E010")
        twins = MessageTemplate.objects.filter(agency_id=by.agency_id, name=name)
        refuse_if(twins.exclude(id=template.id).exists(), "bulk.E011", name=name)
        refuse_unless(wording.purpose in MessageTemplate.Purpose.values, "bulk.E012")
        _refuse_texts(texts)
        ground = clean_text(wording.ground).strip()[:50]
        refuse_if(ground and len(ground) < 5, "bulk.E017")
        needs_ground = wording.purpose == MessageTemplate.Purpose.INTERNAL and not ground
        refuse_if(needs_ground, "bulk.E017")
        waits = version is not None and version.state == VersionState.SUBMITTED
        state = version.get_state_display() if version else ""
        refuse_if(waits, "bulk.E018", state=state)

        template.name, template.purpose = name, wording.purpose
        template.save()
        if version is None or version.state != VersionState.DRAFTED:
            ordinal = version.ordinal + 1 if version else 1
            version = TemplateVersion(agency_id=by.agency_id, template=template, ordinal=ordinal)
        version.texts, version.roads = texts, list(texts)
        version.blanks = [list(one) for one in _blanks(texts, wording.kinds)]
        version.basis = f"duty {ground}" if ground else CONSENT
        version.needs_approval = wording.needs_approval
        version.drafted_by_id, version.drafted_at = by.posting_id, at
        version.save()

        write_entry(
            "bulk.template_written",
            by=by,
            at=at,
            on=("message_template", template.id),
            clause="QC.7.2",
            details={"version": version.ordinal, "roads": version.roads},
        )
    return version


def words_of(texts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Every text of a version in which blanks may stand."""
    for text in texts.values():
        for key in ("subject", "text"):
            if key in text:
                yield text[key]
        yield from text.get("values", {}).values()


def _texts(wording: Wording) -> dict[str, dict[str, Any]]:
    """The texts by road, in the order in which the roads are tried: Zalo, SMS, official mail."""
    texts: dict[str, dict[str, Any]] = {}
    if zalo := wording.zalo_template.strip()[:40]:
        values = {key: clean_text(value).strip() for key, value in wording.zalo_params.items()}
        texts[ZALO] = {"kind": "template", "template": zalo, "values": values}
    if sms := clean_text(wording.sms).strip():
        is_internal = wording.purpose == MessageTemplate.Purpose.INTERNAL
        kind = SmsClass.INTERNAL if is_internal else SmsClass.CARE
        texts[SMS] = {"text": sms, "with_marks": not wording.sms_plain, "kind": kind.value}
    if mail := clean_text(wording.mail).strip():
        texts[MAIL] = {"subject": clean_text(wording.mail_subject).strip()[:200], "text": mail}
    return texts


def _refuse_texts(texts: Mapping[str, Mapping[str, Any]]) -> None:
    refuse_unless(texts, "bulk.E013")
    sms = texts.get(SMS, {}).get("text", "")
    refuse_if(len(sms) > LONGEST_SMS, "bulk.E015", length=len(sms), most=LONGEST_SMS)
    refuse_if(MAIL in texts and not texts[MAIL]["subject"], "bulk.E016")
    refuse_if(ZALO in texts and not texts[ZALO]["values"], "bulk.E023")
    fields = {SMS: "sms", MAIL: "mail", ZALO: "zalo_params"}
    for road, text in texts.items():
        for words in words_of({road: text}):
            fault = filling.fault_of(words)
            if len(words) > LONGEST_MAIL:
                fault = f"Nội dung dài quá {LONGEST_MAIL} ký tự."
            if fault:
                raise Refusal("bulk.E014", fault, field=fields[road])


def _blanks(
    texts: Mapping[str, Mapping[str, Any]], kinds: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for name in filling.blanks_of(words_of(texts)):
        said = kinds.get(name, "")
        yield name, said if said in set(BlankKind) else filling.guess_kind(fold(name))
