"""The form of a draft: what it offers, what was typed, and what a saved draft puts into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django.http import QueryDict

from congvu.documents.drafting.choose_co_signers import is_minutes
from congvu.documents.models import Autosave, Recipient
from congvu.documents.models.document import Urgency
from congvu.documents.queries.document import DocumentPage, RecipientRow
from congvu.documents.types import (
    CoSignerChoice,
    DraftContent,
    Invitation,
    Minutes,
    RecipientChoice,
    Slip,
    draft_from_json,
    form_code_of,
)
from congvu.documents.typeset_document import FORM_OF_TYPE, SLIP_LINES, TYPES_WITH_ADDRESSEES
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.authority import authority_lines
from congvu.rules.document_types import Group, document_type, types_on
from congvu.web.desk.draft_text import draft_of_editor, editor_text

INVITATION = ("host", "guests", "purpose", "chair", "time", "place")
MINUTES = ("began", "place", "attended", "ended")
SLIP = tuple(Slip.__dataclass_fields__)
CO_SIGNERS = 3  # how many rows the form offers
HEADING = ("subject", "signer", "urgency", "in_force_on", "note", "declared")
EMPTY: Mapping[str, Any] = {
    "type_code": "cong-van",
    "subject": "",
    "signer": "",
    "urgency": "0",
    "in_force_on": "",
    "addressees": "",
    "text": "",
    "received_by": "",
    "drafter_mark": "",
    "issuing_authority": "",
    "note": "",
    "declared": "",
    "attached": [],
    "invitation": dict.fromkeys(INVITATION, ""),
    "minutes": dict.fromkeys(MINUTES, ""),
    "slip": dict.fromkeys(SLIP, ""),
    "co_signers": [],
    "to": [],
    "copies": [],
    "names": "",
}

# --- What the form offers -------------------------------------------------------------------------


def type_options(day: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The types that have a form here, legal normative documents apart."""
    kinds = [
        kind
        for kind in types_on(day)
        if kind.group is not Group.COPY and form_code_of(kind) in FORM_OF_TYPE
    ]
    administrative = [(one.code, one.name) for one in kinds if one.group is Group.ADMINISTRATIVE]
    administrative.sort(key=lambda option: option[0] != "cong-van")
    legal = [(one.code, f"{one.name} (quy phạm pháp luật)") for one in kinds if one.year_in_symbol]
    return [("Văn bản hành chính", administrative), ("Văn bản quy phạm pháp luật", legal)]


def signer_options(by: Actor, type_code: str, day: date) -> list[tuple[int, str]]:
    """Who may sign such a document, with the lines that will stand above the name."""
    options: dict[int, str] = {}
    for one in orgs.signers_of(by.agency_id or 0, type_code, day):
        lines = ", ".join(authority_lines(one.authority))
        options.setdefault(one.posting_id, f"{one.full_name} · {lines}")
    return list(options.items())


def co_signer_options(by: Actor, day: date) -> list[tuple[int, str]]:
    """Who may sign beside the signer: anybody of the agency."""
    people = orgs.people_of_agency(by.agency_id or 0, day)
    return [(one.posting_id, f"{one.full_name}, {one.title}") for one in people]


def has_addressees(type_code: str) -> bool:
    """Whether the form of this type carries "Kính gửi"."""
    return form_code_of(document_type(type_code)) in TYPES_WITH_ADDRESSEES


def form_choices(by: Actor, type_code: str, at: datetime) -> dict[str, Any]:
    """Everything the fields of the form choose from."""
    day = clock.local(at).date()
    known = {code for _, options in type_options(day) for code, _ in options}
    type_code = type_code if type_code in known else EMPTY["type_code"]
    return {
        "signers": signer_options(by, type_code, day),
        "urgencies": Urgency.choices,
        "has_addressees": has_addressees(type_code),
        "addressees_label": "Nơi nhận điện" if type_code == "cong-dien" else "Kính gửi",
        "slip_lines": SLIP_LINES.get(form_code_of(document_type(type_code)), ()),
        "is_invitation": type_code == "giay-moi",
        "is_minutes": is_minutes(document_type(type_code)),
        "co_signer_options": co_signer_options(by, day),
        "co_signer_rows": CO_SIGNERS,
        "is_legal": document_type(type_code).group is Group.LEGAL,
    }


# --- What was typed -------------------------------------------------------------------------------


def typed_values(post: QueryDict) -> dict[str, Any]:
    """What the form posted, by the names of EMPTY."""
    values = {name: post.get(name, default) for name, default in EMPTY.items()}
    values["attached"] = [
        one
        for one in zip(
            post.getlist("attached_name"),
            post.getlist("attached_subject"),
            post.getlist("attached_text"),
            strict=False,
        )
        if any(part.strip() for part in one)
    ]
    values["invitation"] = {name: post.get(f"invitation_{name}", "") for name in INVITATION}
    values["minutes"] = {name: post.get(f"minutes_{name}", "") for name in MINUTES}
    values["slip"] = {name: post.get(f"slip_{name}", "") for name in SLIP}
    values["co_signers"] = [
        (who, label.strip())
        for who, label in zip_longest(
            post.getlist("co_signer"), post.getlist("co_label"), fillvalue=""
        )
        if who
    ]
    values["to"] = _numbers(post.getlist("to"))
    values["copies"] = _numbers(post.getlist("copies"))
    return values


def typed_content(values: Mapping[str, Any]) -> DraftContent:
    """The content of what was typed, cleaned. Raises the refusals of too long or old letters."""
    content = draft_of_editor(values["text"], values["attached"])
    invitation, minutes = values["invitation"], values["minutes"]
    typed = replace(
        content,
        addressees=_lines(values["addressees"]),
        received_by=_lines(values["received_by"]),
        drafter_mark=values["drafter_mark"],
        issuing_authority=values["issuing_authority"] or content.issuing_authority,
        invitation=Invitation(**{**invitation, "guests": _lines(invitation["guests"])})
        if any(invitation.values())
        else None,
        minutes=Minutes(**{**minutes, "attended": _lines(minutes["attended"])})
        if any(minutes.values())
        else None,
        slip=Slip(**values["slip"]) if any(values["slip"].values()) else None,
    )
    return draft_from_json(typed.to_json())


def typed_recipients(values: Mapping[str, Any]) -> list[RecipientChoice]:
    """The recipients chosen: agencies to act, names outside, agencies for information."""
    return [
        *(RecipientChoice(to_agency_id=one) for one in values["to"]),
        *(RecipientChoice(name=line) for line in _lines(values["names"])),
        *(RecipientChoice(to_agency_id=one, part="copy") for one in values["copies"]),
    ]


def typed_co_signers(values: Mapping[str, Any]) -> list[CoSignerChoice]:
    """Who signs before the signer, in the order of the form."""
    return [
        CoSignerChoice(int(who), label)
        for who, label in values["co_signers"]
        if number_or_none(who)
    ]


def typed_heading(values: Mapping[str, Any]) -> dict[str, str]:
    """What is typed around the text, as the autosave keeps it."""
    beside = "\n".join(f"{who} {label}" for who, label in values["co_signers"])
    return {**{name: values[name] for name in HEADING}, "co_signers": beside}


def number_or_none(text: str) -> int | None:
    """A number that a choice posted; anything else is no choice."""
    return int(text) if text.isascii() and text.isdigit() else None


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit()]


def _lines(text: str) -> tuple[str, ...]:
    """Lines without the dash that the form prints itself."""
    stripped = (line.strip().lstrip("-–•").strip() for line in text.splitlines())
    return tuple(line for line in stripped if line)


# --- What a saved draft puts into the form --------------------------------------------------------


def saved_values(page: DocumentPage, autosave: Autosave | None) -> dict[str, Any]:
    """The newest version, or what this person typed after it."""
    document = page.document
    content = draft_from_json(autosave.content) if autosave else page.content
    values = {
        **EMPTY,
        **content_values(content),
        "type_code": document.type_code,
        "subject": document.subject,
        "signer": str(document.signer_id or ""),
        "urgency": str(document.urgency),
        "in_force_on": f"{document.in_force_on:%d/%m/%Y}" if document.in_force_on else "",
        "co_signers": [(str(one.posting_id), one.label) for one in page.co_signers],
    }
    typed = autosave.content.get("heading", {}) if autosave else {}
    if "co_signers" in typed:
        parted = [line.partition(" ") for line in typed["co_signers"].splitlines()]
        values["co_signers"] = [(who, label) for who, _, label in parted]
    return values | {name: typed[name] for name in HEADING if name in typed}


def content_values(content: DraftContent) -> dict[str, Any]:
    """The fields that the content of a draft fills."""
    invitation, minutes = content.invitation, content.minutes
    return {
        "addressees": "\n".join(content.addressees),
        "text": editor_text(content.blocks),
        "received_by": "\n".join(content.received_by),
        "drafter_mark": content.drafter_mark,
        "issuing_authority": content.issuing_authority,
        "attached": [
            (one.type_name, one.subject, editor_text(one.blocks)) for one in content.attached
        ],
        "invitation": {
            name: "\n".join(invitation.guests) if name == "guests" else getattr(invitation, name)
            for name in INVITATION
        }
        if invitation
        else EMPTY["invitation"],
        "minutes": {
            name: "\n".join(minutes.attended) if name == "attended" else getattr(minutes, name)
            for name in MINUTES
        }
        if minutes
        else EMPTY["minutes"],
        "slip": vars(content.slip) if content.slip else EMPTY["slip"],
    }


def recipient_values(rows: Iterable[RecipientRow]) -> dict[str, Any]:
    """The fields of the recipients as they were chosen."""
    rows = list(rows)
    return {
        "to": [
            one.to_agency_id for one in rows if one.to_agency_id and one.part == Recipient.Part.MAIN
        ],
        "copies": [
            one.to_agency_id for one in rows if one.to_agency_id and one.part == Recipient.Part.COPY
        ],
        "names": "\n".join(one.name for one in rows if not one.to_agency_id),
    }
