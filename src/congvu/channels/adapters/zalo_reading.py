"""Read the events of Zalo's webhook: words and files of people, follows, receipts, sights.

Two events share the name `user_received_message`: that of a conversation names our message, that of
a template carries `delivery_time` and our own tracking. Live integrators differ on who is sender in
a receipt, so nobody is looked for there: the message's id is enough.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from congvu.channels.types import ZALO, ContactNews, Incoming, ProviderFacts, Receipt

MIME = "application/json"
WORDS = ("user_send_", "anonymous_send_")
CLICKS = "user_click_"
FILES = {"image", "gif", "file", "audio", "video"}
PLAIN = {
    "sticker": "[hình dán]",
    "location": "[vị trí]",
    "business_card": "[danh thiếp]",
    "link": "[liên kết]",
}
MOST_FILES = 10
Told = Receipt | Incoming | ContactNews


def read_event(provider: ProviderFacts, raw: bytes) -> Sequence[Told]:
    """What it says; nothing for an event of our own making; ValueError where it is no event."""
    said = json.loads(raw)
    if not isinstance(said, dict):
        raise ValueError("Sự kiện Zalo không phải là một đối tượng.")
    name, at = str(said.get("event_name", "")), moment(said.get("timestamp"))
    if name == "user_received_message":
        return _received(said, at)
    if name == "user_seen_message":
        return _seen(said, at)
    if name in {"follow", "unfollow"}:
        user = _id(said, "follower")
        return [ContactNews(name, provider.id, str(said.get("oa_id", "")), user, at)]
    if name == "user_submit_info":
        return [_shared(provider, said, at)]
    if name.startswith(WORDS):
        return _words(provider, name, said, raw, at)
    if name.startswith(CLICKS):
        return [_spoke(provider, said, at)]
    return []


def moment(written: Any) -> datetime:
    """Milliseconds as Zalo writes them: a text, sometimes a number."""
    if not str(written).isdigit():
        raise ValueError("Sự kiện Zalo không có thời điểm.")
    return datetime.fromtimestamp(int(written) / 1000, UTC)


def event_key(said: Mapping[str, Any]) -> str:
    """The name of an event: the same one twice is one."""
    message = said.get("message")
    message = message if isinstance(message, dict) else {}
    named = message.get("msg_id") or ",".join(map(str, message.get("msg_ids") or []))
    who = _id(said, "follower") or _id(said, "sender")
    parts = (said.get("event_name"), str(named)[:100] or who, said.get("timestamp"))
    return ":".join(str(part or "") for part in parts)[:200]


def _id(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    return str(found.get("id", "")) if isinstance(found, dict) else ""


def _message(said: Mapping[str, Any]) -> Mapping[str, Any]:
    found = said.get("message")
    return found if isinstance(found, dict) else {}


def _received(said: Mapping[str, Any], at: datetime) -> list[Told]:
    message = _message(said)
    entered = moment(message["delivery_time"]) if message.get("delivery_time") else at
    return [
        Receipt(
            "delivered",
            "B",
            entered,
            tracking=str(message.get("tracking_id") or ""),
            external_id=str(message.get("msg_id", "")),
        )
    ]


def _seen(said: Mapping[str, Any], at: datetime) -> list[Told]:
    message = _message(said)
    ids = message.get("msg_ids") or [message.get("msg_id", "")]
    return [Receipt("seen", "B", at, external_id=str(one)) for one in ids if one]


def _shared(provider: ProviderFacts, said: Mapping[str, Any], at: datetime) -> ContactNews:
    info = said.get("info")
    info = info if isinstance(info, dict) else {}
    shared = {key: str(info[key]) for key in ("name", "phone", "address") if info.get(key)}
    oa, user = _id(said, "recipient"), _id(said, "sender")
    return ContactNews("shared", provider.id, oa, user, at, shared)


def _spoke(provider: ProviderFacts, said: Mapping[str, Any], at: datetime) -> ContactNews:
    return ContactNews("word", provider.id, _id(said, "recipient"), _id(said, "sender"), at)


def _words(
    provider: ProviderFacts, name: str, said: Mapping[str, Any], raw: bytes, at: datetime
) -> list[Told]:
    message, user = _message(said), _id(said, "sender")
    oa = _id(said, "recipient")
    if not (message.get("msg_id") and oa and user):
        raise ValueError("Tin Zalo thiếu người gửi, người nhận hoặc mã tin.")
    kind = name.split("_send_", 1)[1]
    text, links = _content(kind, message)
    incoming = Incoming(
        channel=ZALO,
        provider_id=provider.id,
        external_id=str(message["msg_id"]),
        to_address=oa,
        from_address=user,
        from_name="",
        subject="",
        text=text,
        raw=raw,
        raw_mime=MIME,
        entered_at=at,
        facts={"event": name, "is_anonymous": name.startswith("anonymous_")},
        links=tuple(links),
    )
    return [ContactNews("word", provider.id, oa, user, at), incoming]


def _content(kind: str, message: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """The words, and what is to be fetched: (name, address)."""
    text = str(message.get("text") or "")
    links: list[tuple[str, str]] = []
    notes: list[str] = []
    attachments = message.get("attachments")
    for one in (attachments if isinstance(attachments, list) else [])[:MOST_FILES]:
        payload = one.get("payload") if isinstance(one, dict) else None
        payload = payload if isinstance(payload, dict) else {}
        if kind in FILES and payload.get("url"):
            links.append((_name(kind, payload), str(payload["url"])))
        else:
            notes.append(_noted(kind, payload))
    return "\n".join(part for part in (text, *notes) if part), links


def _name(kind: str, payload: Mapping[str, Any]) -> str:
    endings = {"image": "anh.jpg", "gif": "anh.gif", "audio": "am-thanh.m4a", "video": "video.mp4"}
    return str(payload.get("name") or endings.get(kind, "tep"))[:255]


def _noted(kind: str, payload: Mapping[str, Any]) -> str:
    place = payload.get("coordinates")
    if kind == "location" and isinstance(place, dict):
        return f"[vị trí {place.get('latitude')}, {place.get('longitude')}]"
    words = " ".join(str(payload[key]) for key in ("title", "description", "url") if key in payload)
    return f"{PLAIN.get(kind, '[' + kind + ']')} {words}".strip()
