"""What has happened in the channels room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MessageAccepted:
    """A message was ordered; its first attempt waits to be handed over."""

    message_id: int
    channels: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class MessagesAccepted:
    """Many messages were ordered at once; their first attempts wait to be handed over."""

    channels: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class MessageMoved:
    """More is known of a message: sent, received, seen or failed."""

    message_id: int
    state: str
    at: datetime


@dataclass(frozen=True)
class MessageEntered:
    """A message came in and is ours to answer (QC.9.2)."""

    inbound_id: int
    channel: str
    at: datetime


@dataclass(frozen=True)
class InboundDecided:
    """An inbound message was taken, declined, or needs nothing; its clock stops."""

    inbound_id: int
    at: datetime


@dataclass(frozen=True)
class ProviderTold:
    """A provider's event was kept and waits to be understood."""

    provider_id: int
    at: datetime


@dataclass(frozen=True)
class FilesNamed:
    """An inbound message has files that must still be fetched."""

    inbound_id: int
    at: datetime


@dataclass(frozen=True)
class ZaloGrantReturned:
    """An administrator allowed us at Zalo; the code waits to be exchanged."""

    grant_id: int
    at: datetime
