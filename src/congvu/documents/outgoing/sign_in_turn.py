"""Whose turn it is to sign a document that several people sign, and what follows a signature.

ND30 Điều 13, 32.2.d: the co-signers in their order, then the document's signer, then the agency.
Each signs the file that the one before left: what was shown is what is signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from congvu.documents.drafting.choose_co_signers import printed_co_signers
from congvu.documents.drafting.submit import lay_before
from congvu.documents.events import DocumentSigned, DraftSubmitted
from congvu.documents.models import CoSigner, Document, Signing, Submission
from congvu.documents.states import DocumentState, become
from congvu.kit.events import publish
from congvu.kit.refusal import refusal, refuse_unless
from congvu.kit.typeset import Slot
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@dataclass(frozen=True)
class Turn:
    """Who signs now and where; `co_signer` is none when it is the document's signer."""

    posting_id: int
    slot: Slot
    printed: list[str]
    co_signer: CoSigner | None = None


@clause("ND30.13", "ND30.32.2.d")
def turn_of(document: Document) -> Turn:
    """The first co-signer who has not signed; after all of them the document's signer."""
    row = document.co_signers.filter(signing=None).order_by("ordinal").first()
    if row is None:
        return Turn(
            document.signer_id or 0,
            Slot(**document.slots["person_signature"]),
            document.slots["authority_lines"],
        )
    return Turn(
        row.posting_id,
        Slot(**document.slots[f"co_signature_{row.ordinal}"]),
        document.slots["co_signers"][row.ordinal - 1]["lines"],
        row,
    )


def refuse_other_co_signer(document: Document, turn: Turn, at: datetime) -> list[str]:
    """A co-signer's words above the name must be today's; gives them."""
    mine = next(
        one for one in printed_co_signers(document, at) if one.row.posting_id == turn.posting_id
    )
    now = list(mine.lines)
    refuse_unless(
        turn.printed == now,
        "documents.E204",
        printed=", ".join(turn.printed),
        now=", ".join(now),
    )
    return now


@clause("ND30.13")
def pass_on(
    document: Document, turn: Turn, signing: Signing, asked: Submission, by: Actor, at: datetime
) -> None:
    """After a signature: the next one's turn, or the document is signed by everybody."""
    if turn.co_signer is None:
        become(document, DocumentState.SIGNED, at)
        publish(DocumentSigned(document_id=document.id, at=at))
        return
    turn.co_signer.signing = signing
    turn.co_signer.save(update_fields=["signing"])
    lay_before_next(document, asked, by, at)


def lay_before_next(document: Document, asked: Submission, by: Actor, at: datetime) -> Submission:
    """Ask whose turn it is for the signature, on the version that was approved."""
    to = orgs.posting(turn_of(document).posting_id)
    if to is None:
        raise refusal("documents.E110")
    laid = lay_before(document, asked.version, Submission.Purpose.SIGNATURE, to, by, at)
    publish(DraftSubmitted(document_id=document.id, submission_id=laid.id, at=at))
    return laid


@clause("ND30.11")
def void_signatures(document: Document, at: datetime) -> int:
    """A draft that goes back: what was signed on it no longer counts and stays as the trail."""
    document.co_signers.update(signing=None)
    document.signed_file = ""
    document.save(update_fields=["signed_file"])
    voided = document.signings.filter(voided_at=None)
    return voided.update(voided_at=at)
