"""The rows of channels."""

from congvu.channels.models.consent import Consent
from congvu.channels.models.inbound import InboundFile, InboundMessage, OwnAddress
from congvu.channels.models.message import Attempt, Evidence, Lane, Message
from congvu.channels.models.provider import CHANNELS, Provider, ProviderEvent

__all__ = [
    "CHANNELS",
    "Attempt",
    "Consent",
    "Evidence",
    "InboundFile",
    "InboundMessage",
    "Lane",
    "Message",
    "OwnAddress",
    "Provider",
    "ProviderEvent",
]
