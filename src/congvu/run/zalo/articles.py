"""Uploads that expire, articles with their token and processing time, broadcasts."""

from __future__ import annotations

import secrets
from typing import Any

from congvu.run.zalo.rows import Bond, Citizen, Oa, Refused

UPLOAD_LIVES, ARTICLE_WORK = 3_600, 20


class Articles:
    """The part of the platform that publishes."""

    citizens: dict[str, Citizen]

    def __init__(self) -> None:
        self.uploads: dict[str, float] = {}
        self.articles: dict[str, dict[str, Any]] = {}

    def now(self) -> float:
        """The platform's clock, in seconds."""
        raise NotImplementedError

    def may(self, api: str, oa_id: str) -> Oa:
        """The account, if it may use this API."""
        raise NotImplementedError

    def say(self, oa_id: str, user_id: str, words: str, kind: str) -> Any:
        """A line on a citizen's telephone."""
        raise NotImplementedError

    def upload(self, oa_id: str, content: bytes) -> dict[str, Any]:
        """Keep a file for a while; its token expires."""
        self.may("upload", oa_id)
        if not 0 < len(content) <= 5 << 20:
            raise Refused(-201, "file is invalid")
        token = secrets.token_urlsafe(24)
        self.uploads[token] = self.now() + UPLOAD_LIVES
        return {"attachment_id": token, "token": token}

    def create_article(self, oa_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """Take an article for processing; the token asks later how it went."""
        self.may("article", oa_id)
        cover = body.get("cover") or {}
        if body.get("type") != "normal" or not body.get("title") or not body.get("body"):
            raise Refused(-201, "article is invalid")
        if len(body["title"]) > 150 or len(body.get("description", "")) > 300:
            raise Refused(-210, "title or description is too long")
        if cover.get("cover_type") not in {"photo", "video"} or not cover.get("photo_url"):
            raise Refused(-201, "cover is invalid")
        token = secrets.token_urlsafe(24)
        self.articles[token] = {
            "id": secrets.token_hex(12),
            "ready": self.now() + ARTICLE_WORK,
            "oa": oa_id,
            "is_removed": False,
            **body,
        }
        return {"token": token}

    def verify_article(self, oa_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """The article's id, once it has been processed."""
        known = self.articles.get(str(body.get("token", "")))
        if known is None or known["oa"] != oa_id:
            raise Refused(-201, "token is invalid")
        if known["ready"] > self.now():
            raise Refused(-214, "Article is being processed")
        return {"id": known["id"]}

    def article_by_id(self, oa_id: str, article_id: str) -> dict[str, Any]:
        """A published article."""
        for known in self.articles.values():
            is_ready = known["ready"] <= self.now() and not known["is_removed"]
            if known["id"] == article_id and known["oa"] == oa_id and is_ready:
                return known
        raise Refused(-201, "article does not exist")

    def remove_article(self, oa_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """Take an article down."""
        self.article_by_id(oa_id, str(body.get("id", "")))["is_removed"] = True
        return {}

    def broadcast(self, oa_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """An article to everybody who follows."""
        self.may("message", oa_id)
        if "target" not in (body.get("recipient") or {}):
            raise Refused(-201, "recipient.target is missing")
        try:
            payload = body["message"]["attachment"]["payload"]
            (element,) = payload["elements"]
            article = self.article_by_id(oa_id, element["attachment_id"])
        except (KeyError, TypeError, ValueError):
            raise Refused(-201, "message is invalid") from None
        if element.get("media_type") != "article":
            raise Refused(-201, "media_type is invalid")
        for user_id, citizen in self.citizens.items():
            if citizen.bonds.get(oa_id, Bond()).follows:
                self.say(oa_id, user_id, article["title"], "article")
        return {"message_id": secrets.token_hex(10)}
