"""What has happened in the publicity room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ArticleMoved:
    """An article is to be brought to Zalo, or taken down there."""

    article_id: int
    at: datetime


@dataclass(frozen=True)
class BroadcastApproved:
    """An article is to be sent to everybody who follows."""

    broadcast_id: int
    at: datetime
