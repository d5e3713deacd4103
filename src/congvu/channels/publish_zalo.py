"""Articles and broadcasts of an agency's account, one call each, outside every transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from congvu.channels.adapters.zalo_answers import TOKEN_CODES, code_of, meaning_of
from congvu.channels.adapters.zalo_http import Trouble, address_of, post_json
from congvu.channels.adapters.zalo_oa import answered
from congvu.channels.models import ZaloGrant
from congvu.channels.providers import facts_of
from congvu.channels.refresh_tokens import NoToken
from congvu.channels.types import ArticleWords
from congvu.kit import wall
from congvu.rules.clauses import clause
from congvu.systems.models import OfficialAccount

PROCESSING = -214
EVERYBODY: Mapping[str, str] = {}


@dataclass(frozen=True)
class Answer:
    """What came of a call. `is_doubtful`: it may have been done, and nobody can say."""

    is_done: bool = False
    value: str = ""
    said: str = ""
    is_processing: bool = False
    is_passing: bool = False
    is_doubtful: bool = False


@clause("QC.6.2.a")
def create_article(agency_id: int, words: ArticleWords, *, at: datetime) -> Answer:
    """Hand an article over for processing: the value is its token."""
    body = {
        "type": "normal",
        "title": words.title,
        "author": "",
        "description": words.summary,
        "cover": {"cover_type": "photo", "photo_url": words.cover, "status": "show"},
        "body": [{"type": "text", "content": part} for part in words.text.split("\n\n") if part],
        "status": "show",
        "comment": "hide",
    }
    return _call(agency_id, "/v2.0/article/create", body, "token")


def find_article(agency_id: int, token: str, *, at: datetime) -> Answer:
    """The article's number, once Zalo has processed it."""
    return _call(agency_id, "/v2.0/article/verify", {"token": token}, "id")


def remove_article(agency_id: int, article_id: str, *, at: datetime) -> Answer:
    """Take an article down."""
    return _call(agency_id, "/v2.0/article/remove", {"id": article_id}, "")


@clause("QC.6.2.a")
def broadcast(agency_id: int, article_id: str, *, at: datetime) -> Answer:
    """Send an article to everybody who follows."""
    element = {"media_type": "article", "attachment_id": article_id}
    payload = {"template_type": "media", "elements": [element]}
    body = {
        "recipient": {"target": dict(EVERYBODY)},
        "message": {"attachment": {"type": "template", "payload": payload}},
    }
    return _call(agency_id, "/v2.0/oa/message", body, "message_id")


def _call(agency_id: int, path: str, body: Mapping[str, Any], value: str) -> Answer:
    grant = _grant(agency_id)
    if grant is None:
        return Answer(said="Tài khoản Zalo của cơ quan chưa hoạt động hoặc chưa được cấp quyền.")
    provider = facts_of(grant.provider)
    address = f"{address_of(provider.secrets, 'api')}{path}"
    try:
        said = answered(provider, grant.id, lambda headers: post_json(address, body, headers))
    except NoToken as none:
        return Answer(said=none.said, is_passing=True)
    except Trouble as trouble:
        unsure = trouble.may_have_arrived
        return Answer(said=trouble.said, is_passing=trouble.is_down, is_doubtful=unsure)
    code, data = code_of(said), said.get("data")
    if code == 0:
        return Answer(
            is_done=True, value=str(data.get(value, "")) if isinstance(data, dict) else ""
        )
    if code is None:
        return Answer(said="Zalo trả lời không đúng cách thức đã công bố.", is_doubtful=True)
    meant = meaning_of(code)
    is_processing = code == PROCESSING
    passing = meant.wait is not None or code in TOKEN_CODES
    return Answer(said=meant.said, is_processing=is_processing, is_passing=passing)


def _grant(agency_id: int) -> ZaloGrant | None:
    with wall.crossing_agencies():
        found: ZaloGrant | None = (
            ZaloGrant.objects.select_related("provider")
            .filter(
                agency_id=agency_id,
                account__state=OfficialAccount.State.ACTIVE,
                tokens__isnull=False,
            )
            .exclude(state=ZaloGrant.State.ENDED)
            .first()
        )
        return found
