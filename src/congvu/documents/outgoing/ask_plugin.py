"""Ask the program on the signer's own machine to sign: the request and its one-time token."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.documents import access
from congvu.documents.outgoing.ask_to_sign import SUBJECT, ask_to_sign
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing import queries as signing
from congvu.signing.end_waiting import end_waiting
from congvu.signing.enrol import certificate_of_person
from congvu.signing.hand_token import Errand, hand_token
from congvu.signing.models import WaitingSignature


@clause("ND30.13.7", "QC.10.3")
def ask_plugin_to_sign(*, document_id: int, seen_sha256: str, by: Actor, at: datetime) -> Errand:
    """Ask for the person's signature on the file that was shown (`seen_sha256`).

    Refuses (E192) a certificate whose key is not reached by the program. An earlier request of
    the same person gives way: its window was closed, or its time is over.
    """
    with transaction.atomic():
        access.document_for(by, document_id, to="sign")
        certificate = certificate_of_person(by.person_id, at)

        is_plugin = ports.road_of(certificate.key_reference) == ports.Road.PLUGIN
        refuse_unless(is_plugin, "signing.E192")

        end_earlier(SUBJECT, document_id, by, at)
        waiting = ask_to_sign(document_id=document_id, seen_sha256=seen_sha256, by=by, at=at)
        return hand_token(waiting_id=waiting.id, by=by, at=at)


def end_earlier(subject: str, subject_id: int, by: Actor, at: datetime) -> None:
    """End what the same person has asked the program for before, and what is out of time."""
    for waiting in signing.waiting_for(subject, subject_id):
        is_over = waiting.expires_at <= at
        if waiting.road == WaitingSignature.Road.PLUGIN and (
            is_over or waiting.by_id == by.posting_id
        ):
            state = WaitingSignature.State
            end_waiting(
                waiting_id=waiting.id,
                state=state.EXPIRED if is_over else state.CANCELLED,
                said="Người ký đã mở yêu cầu mới.",
                at=at,
                by=by,
            )
