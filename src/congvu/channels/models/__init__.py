"""The rows of channels."""

from congvu.channels.models.consent import Consent
from congvu.channels.models.handling import Answer, DeclineText, Handling, InboundNotice, Scope
from congvu.channels.models.inbound import InboundFile, InboundMessage, OwnAddress
from congvu.channels.models.message import Attempt, Evidence, Lane, Message
from congvu.channels.models.provider import CHANNELS, Provider, ProviderEvent
from congvu.channels.models.sms import SMS_CLASSES, Brandname, MessagePart
from congvu.channels.models.zalo import (
    ZaloContact,
    ZaloGrant,
    ZaloLink,
    ZaloLinkCode,
    ZaloTemplate,
)

__all__ = [
    "CHANNELS",
    "SMS_CLASSES",
    "Answer",
    "Attempt",
    "Brandname",
    "Consent",
    "DeclineText",
    "Evidence",
    "Handling",
    "InboundFile",
    "InboundMessage",
    "InboundNotice",
    "Lane",
    "Message",
    "MessagePart",
    "OwnAddress",
    "Provider",
    "ProviderEvent",
    "Scope",
    "ZaloContact",
    "ZaloGrant",
    "ZaloLink",
    "ZaloLinkCode",
    "ZaloTemplate",
]
