"""Zalo OA: consultation, transaction, template, promotion, chosen by purpose and window.

One application serves the accounts of all agencies; each message goes over its agency's own
account, with that account's token. Sent is when Zalo answers `error: 0`; received and seen are only
what Zalo's events say later. Files cannot be sent over Zalo yet and are refused in words.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F

from congvu.channels.adapters.one_by_one import one_by_one
from congvu.channels.adapters.zalo_answers import (
    DAY_QUOTA,
    NIGHT,
    TOKEN_CODES,
    code_of,
    meaning_of,
    outcome_of,
    quota_left,
)
from congvu.channels.adapters.zalo_http import Trouble, address_of, get_json, post_form, post_json
from congvu.channels.adapters.zalo_reading import Told, moment, read_event
from congvu.channels.keep_zalo_template import template_fault
from congvu.channels.models import ZaloContact, ZaloGrant
from congvu.channels.note_contact import stop_writing
from congvu.channels.refresh_tokens import TOKEN, NoToken, usable_token
from congvu.channels.types import ZALO, Outcome, Outgoing, ProviderFacts, Result, SecretField
from congvu.channels.zalo_terms import next_day, templates_left, terms_at, window_of
from congvu.kit import clock, wall
from congvu.rules import zalo as rules
from congvu.rules.clauses import clause
from congvu.systems.models import OfficialAccount

BY_PHONE = "tel:"
PATHS = {
    "cs": ("api", "/v3.0/oa/message/cs"),
    "transaction": ("api", "/v3.0/oa/message/transaction"),
    "promotion": ("api", "/v3.0/oa/message/promotion"),
    "template": ("business", "/message/template"),
}
STATUS = ("business", "/message/status")
TOKEN_PAUSE = 600.0
STRANGE_TOKEN = -14014


@dataclass(frozen=True)
class Known:
    """What one item needs to know, read in one short transaction."""

    grant: ZaloGrant | None
    contact: ZaloContact | None
    is_open: bool


class ZaloOa:
    """The way out to Zalo, and the reader of its events."""

    WORDS, CHANNEL = "Zalo Official Account", ZALO
    FIELDS = (
        SecretField("app_id", "Mã ứng dụng (App ID)", is_required=True),
        SecretField("app_secret", "Khóa bí mật của ứng dụng", is_required=True, is_hidden=True),
        SecretField(
            "oa_secret",
            "Khóa bí mật của webhook (OA Secret Key)",
            "Ở trang Webhook của ứng dụng; phải dài vì chữ ký không phải HMAC.",
            is_required=True,
            is_hidden=True,
        ),
    )
    is_idempotent = False  # a tracking id is carried, not kept unique, by Zalo

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        """Each over its own account; an account in trouble holds up no other."""
        known = _known(items)
        return one_by_one(
            lambda item: (
                _sent(provider, item, known[item.attempt_id])
                if item.attempt_id
                else _tried(provider)
            ),
            items,
        )

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        """What became of a template message whose number we have; others cannot be asked."""
        grant = _known([item])[item.attempt_id].grant
        if not item.external_id or grant is None or _kind(item, None) != "template":
            return None
        try:
            token = usable_token(grant.id, at=clock.now())
            address = f"{address_of(provider.secrets, STATUS[0])}{STATUS[1]}"
            asked = {"message_id": item.external_id}
            answer = get_json(address, asked, _headers(provider, token))
        except (NoToken, Trouble):
            return None
        data = answer.get("data")
        if code_of(answer) != 0 or not isinstance(data, dict) or not data.get("delivery_time"):
            return None
        at = moment(data["delivery_time"])
        return Outcome(Result.DELIVERED, external_id=item.external_id, at=at)

    def read(self, provider: ProviderFacts, raw: bytes) -> Sequence[Told]:
        """See `zalo_reading`."""
        return read_event(provider, raw)


def _known(items: Sequence[Outgoing]) -> dict[int, Known]:
    with wall.crossing_agencies():
        grants = {
            one.agency_id: one
            for one in ZaloGrant.objects.select_related("account")
            .filter(agency_id__in={item.agency_id for item in items})
            .exclude(state=ZaloGrant.State.ENDED)
        }
        contacts = {
            (one.grant_id, one.user_id): one
            for one in ZaloContact.objects.filter(
                grant__in=list(grants.values()), user_id__in={item.address for item in items}
            )
        }
    found = {}
    for item in items:
        grant = grants.get(item.agency_id)
        contact = contacts.get((grant.id, item.address)) if grant else None
        is_open = grant is not None and grant.account.state == OfficialAccount.State.ACTIVE
        found[item.attempt_id] = Known(grant, contact, is_open)
    return found


@clause("QC.6.2.b", "QC.6.2.c", "QC.8.2.a")
def _sent(provider: ProviderFacts, item: Outgoing, known: Known) -> Outcome:
    at = clock.now()
    if known.grant is None or not known.is_open:
        said = "Cơ quan chưa có tài khoản Zalo đang hoạt động và đã cấp quyền."
        return Outcome(Result.PERMANENT, said=said)
    kind = _kind(item, known.contact)
    if refused := _refused(item, kind, known, at):
        return refused
    post = partial(
        post_json,
        f"{address_of(provider.secrets, PATHS[kind][0])}{PATHS[kind][1]}",
        _body(kind, item),
    )
    try:
        answer = answered(provider, known.grant.id, post)
    except NoToken as none:
        return Outcome(Result.TEMPORARY, said=none.said, wait_seconds=TOKEN_PAUSE)
    except Trouble as trouble:
        result = Result.UNKNOWN if trouble.may_have_arrived else Result.TEMPORARY
        return Outcome(result, said=trouble.said, is_provider_down=trouble.is_down)
    outcome = outcome_of(answer, clock.now())
    _note(known, kind, outcome, at)
    _note_quota(known, quota_left(answer), at)
    return _not_before(outcome, at)


def _tried(provider: ProviderFacts) -> Outcome:
    """The trial of the application itself: nobody is written to, for only accounts write.

    Zalo is asked with a refresh token that cannot be one: it must know the application and its
    secret, and complain about nothing but the token.
    """
    said = provider.secrets
    form = {"refresh_token": "-", "app_id": str(said["app_id"]), "grant_type": "refresh_token"}
    try:
        address = f"{address_of(said, 'oauth')}{TOKEN}"
        answer = post_form(address, form, {"secret_key": str(said["app_secret"])})
    except Trouble as trouble:
        return Outcome(Result.TEMPORARY, said=trouble.said, is_provider_down=trouble.is_down)
    if code_of(answer) == STRANGE_TOKEN:
        return Outcome(Result.ACCEPTED, said="Zalo nhận ra ứng dụng.", at=clock.now())
    code = str(answer.get("error", "?"))[:10]
    told = "Zalo không nhận ra ứng dụng hoặc khóa bí mật."
    return Outcome(Result.PERMANENT, code=code, said=told)


def answered(provider: ProviderFacts, grant_id: int, post: Any) -> Mapping[str, Any]:
    """The answer; a token that Zalo does not know any more is renewed, and the call made again."""
    token = usable_token(grant_id, at=clock.now())
    answer: Mapping[str, Any] = post(_headers(provider, token))
    if code_of(answer) in TOKEN_CODES:
        token = usable_token(grant_id, at=clock.now(), refused=token)
        answer = post(_headers(provider, token))
    return answer


def _headers(provider: ProviderFacts, token: str) -> dict[str, str]:
    secret = str(provider.secrets["app_secret"]).encode()
    proof = hmac.new(secret, token.encode(), hashlib.sha256).hexdigest()
    return {"access_token": token, "appsecret_proof": proof}


def _kind(item: Outgoing, contact: ZaloContact | None) -> str:
    """By purpose and window: what the law wants told goes by template where the window is shut."""
    wanted = str(item.text.get("kind", "cs"))
    if item.address.startswith(BY_PHONE) or item.purpose == "code" or wanted == "template":
        return "template"
    if wanted == "transaction":
        return "transaction"
    if item.purpose == "campaign":
        return "promotion"
    is_open = contact is not None and window_of(contact, clock.now()).value in {
        rules.Window.FREE,
        rules.Window.CHARGED,
    }
    return "cs" if is_open or not item.text.get("template") else "template"


def _refused(item: Outgoing, kind: str, known: Known, at: datetime) -> Outcome | None:
    """What can be known before Zalo is asked: a shut window, a wrong template, night, files."""
    if item.files:
        said = "Kênh Zalo chưa hỗ trợ gửi tệp; hãy gửi qua thư điện tử công vụ."
        return Outcome(Result.PERMANENT, said=said)
    if kind == "template":
        if fault := template_fault(item.agency_id, item.text):
            return Outcome(Result.PERMANENT, said=fault)
        if templates_left(known.grant, at) == 0:  # Zalo would say the same to each one
            said = meaning_of(DAY_QUOTA).said
            return _not_before(Outcome(Result.TEMPORARY, code=str(DAY_QUOTA), said=said), at)
        return None
    if kind == "promotion" and (dawn := rules.night_ends(at, terms_at(at))):
        said = "Chờ hết đêm mới gửi tin truyền thông."
        return Outcome(Result.TEMPORARY, said=said, wait_seconds=(dawn - at).total_seconds())
    if kind == "cs":
        found = window_of(known.contact, at)
        shut = {rules.Window.CLOSED: "-230", rules.Window.NEVER: "-232"}
        if found.value in shut:
            return Outcome(Result.PERMANENT, code=shut[found.value], said=found.explanation)
    return None


def _not_before(outcome: Outcome, at: datetime) -> Outcome:
    """What Zalo takes again at a known hour waits for that hour: morning, or a new day's quota."""
    ends = {str(NIGHT): rules.night_ends(at, terms_at(at)), str(DAY_QUOTA): next_day(at)}
    hour = ends.get(outcome.code)
    return replace(outcome, wait_seconds=(hour - at).total_seconds()) if hour else outcome


def _body(kind: str, item: Outgoing) -> dict[str, Any]:
    text = item.text
    if kind == "template":
        to = item.address.removeprefix(BY_PHONE)
        who = {"phone": to} if item.address.startswith(BY_PHONE) else {"user_id": to}
        return {
            **who,
            "template_id": str(text["template"]),
            "template_data": dict(text["values"]),
            "tracking_id": item.tracking,
        }
    to_user = {"recipient": {"user_id": item.address}}
    if kind == "cs":
        return {**to_user, "message": {"text": text["text"]}}
    elements: list[dict[str, Any]] = [
        {"type": "header", "content": str(text.get("header", ""))[:100]},
        {"type": "text", "content": str(text["text"])[:1000]},
    ]
    if rows := text.get("rows"):
        content = [{"key": str(key), "value": str(value)} for key, value in rows]
        elements.append({"type": "table", "content": content})
    name = "transaction_order" if kind == "transaction" else kind
    payload = {"template_type": name, "language": "VI", "elements": elements}
    return {**to_user, "message": {"attachment": {"type": "template", "payload": payload}}}


def _note(known: Known, kind: str, outcome: Outcome, at: datetime) -> None:
    """What the answer says of the person and of the account."""
    meant = meaning_of(int(outcome.code)) if outcome.code else None
    with wall.crossing_agencies():
        if meant is None and kind == "cs" and known.contact is not None:
            mine = ZaloContact.objects.filter(id=known.contact.id)
            mine.update(sent_since=F("sent_since") + 1)
        if meant is not None and meant.stops and known.contact is not None:
            ZaloContact.objects.filter(id=known.contact.id).update(follows=False, left_at=at)
            stop_writing(known.contact, meant.said, at)
        if meant is not None and meant.of_account and known.grant is not None:
            ZaloGrant.objects.filter(id=known.grant.id).update(said=meant.said[:300])


def _note_quota(known: Known, left: int | None, at: datetime) -> None:
    if left is None or known.grant is None:
        return
    known.grant.templates_left, known.grant.templates_left_at = left, at
    with wall.crossing_agencies():
        mine = ZaloGrant.objects.filter(id=known.grant.id)
        mine.update(templates_left=left, templates_left_at=at)
