"""Take in the file that the plug-in on the signer's machine has signed, or refuse it.

Whoever holds the token may send anything: nothing here trusts the program. The file must be what
was served plus exactly one valid signature of the registered certificate; number, date and what
else the program tells the browser drive the screen only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import blobs
from congvu.kit.gate import Entrance, pass_gate
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.orgs import queries as orgs
from congvu.rules.clauses import clause
from congvu.rules.legal_effect import Verdict
from congvu.signing import queries
from congvu.signing.examine import examine_pdf
from congvu.signing.finish_signature import Answer, finish_signature
from congvu.signing.models import Certificate, WaitingSignature
from congvu.signing.serve_file import request_of
from congvu.signing.types import Act, SignatureReport, Variant

MOST_ADDED = 8 << 20  # a signature with its picture and its proofs; ours take about 60 KB
NAME = "van-ban.pdf"  # what the program calls the file is of no interest
LONGEST_FIELD = 60
_COMPARE = "congvu.signing.adapters.returned_file:facts"
_LIMITS = Limits(cpu_seconds=20, wall_seconds=40.0)


@dataclass(frozen=True)
class Accepted:
    """The signature is on the file. `unused`: why nothing follows from it (empty: it does)."""

    waiting_id: int
    unused: str


@clause("QC.10.3", "ND30.13.7", "ND30.32.2.d")
def accept_signed_file(*, token: str, content: bytes, at: datetime) -> Accepted:
    """Accept the file, which spends the token, or refuse it and change nothing.

    A refused file is not kept; until the request expires the signer may sign again.
    """
    with transaction.atomic():
        waiting = request_of(token, at, lock=True)
        served = blobs.read(waiting.served_file)

        added = len(content) - len(served)
        refuse_if(added > MOST_ADDED, "signing.E184", limit=MOST_ADDED >> 20)
        refuse_unless(added > 0 and content.startswith(served), "signing.E185")
        pass_gate(content, NAME, entrance=Entrance.PLUGIN)
        seen = _compared(waiting, content, len(served), at)
        reports = examine_pdf(content, at=at).signatures
        new = _refuse_unworthy(waiting, seen, reports)
        _refuse_changed_content(waiting, seen)

        _keep_place(waiting, seen)
        _keep_issuers(waiting.certificate, seen["new"][0]["issuers"])
        finish_signature(waiting_id=waiting.id, answer=Answer(file=content), at=at)
        waiting.refresh_from_db()

        write_entry(
            "signing.file_accepted",
            by=orgs.actor_for(waiting.by_id, at),
            at=at,
            on=("waiting_signature", waiting.id),
            clause="ND30.13.7",
            details={
                "file": waiting.signed_file,
                "field": new.field,
                "changed": seen["change"],
                "added_words": f"{seen['added']} {seen['noted']}".strip()[:300],
                "variant": waiting.prepared.get("variant", ""),
            },
        )
    return Accepted(waiting.id, waiting.said)


def _compared(
    waiting: WaitingSignature, content: bytes, served: int, at: datetime
) -> dict[str, Any]:
    options = {
        "served": served,
        "seek": next(iter(_writes(waiting)), ""),
        "issuers": queries.known_issuers(at),
    }
    try:
        seen: dict[str, Any] = run_limited(_COMPARE, content, options=options, limits=_LIMITS)
    except SandboxFailure as failure:
        raise refusal("signing.E008") from failure
    refuse_if(seen["fault"], "signing.E008")
    return seen


def _refuse_unworthy(
    waiting: WaitingSignature, seen: Mapping[str, Any], reports: tuple[SignatureReport, ...]
) -> SignatureReport:
    """The one new signature, when it is whole, the right person's and valid, and the earlier
    signatures are still what they were."""
    names = {one["field"] for one in seen["new"]}
    refuse_unless(len(names) == 1, "signing.E186", count=f"{len(names)} chữ ký")
    by_field = {one.field: one for one in reports}
    refuse_unless(names <= by_field.keys(), "signing.E186", count="0 chữ ký")
    new = by_field[names.pop()]
    refuse_unless(new.covers_file, "signing.E187")
    certificate = waiting.certificate
    refuse_unless(
        new.fingerprint == certificate.fingerprint,
        "signing.E188",
        signer=new.signer or "một người không rõ tên",
        serial=new.serial or "không rõ",
        holder=certificate.person or certificate.agency,
    )
    refuse_unless(new.verdict == Verdict.VALID, "signing.E189", why=new.reason)
    for one in reports:
        refuse_unless(one.is_intact, "signing.E191", field=one.field)
    return new


@clause("ND30.13.7")
def _refuse_changed_content(waiting: WaitingSignature, seen: Mapping[str, Any]) -> None:
    """A person signs exactly what was shown. The agency's program may write number and date into
    the page, which leaves earlier signatures with additions: that is recorded, and borne as long as
    no word of the page is gone and what was written is what was given."""
    is_untouched = seen["change"] == "none"
    refuse_unless(is_untouched or waiting.act != Act.SIGNED, "signing.E190")
    refuse_unless(is_untouched or not seen["lost"], "signing.E190")
    if waiting.act == Act.SEALED and _writes(waiting):
        _refuse_other_number(_writes(waiting), seen)
    elif waiting.act == Act.SEALED:
        refuse_unless(is_untouched, "signing.E221")


def _writes(waiting: WaitingSignature) -> list[str]:
    """What the program has to write itself, the first before all; empty where our fields carry it.

    Beside an appendix or a copy it is looked for and not insisted on: the line may be a picture.
    """
    return list(waiting.prepared.get("writes", ()))


@clause("ND30.15.3")
def _refuse_other_number(lines: Sequence[str], seen: Mapping[str, Any]) -> None:
    """Where the program writes number and date itself: these, to be read, and nothing beside."""
    refuse_unless(seen["shows"], "signing.E222", number=lines[0])
    known = ["".join(line.split()) for line in lines]
    other = [
        word
        for word in f"{seen['added']} {seen['noted']}".split()
        if not any(word in line for line in known)
    ]
    refuse_if(other, "signing.E223", words=" ".join(other)[:80], number=lines[0])


def _keep_issuers(certificate: Certificate, issuers: list[str]) -> None:
    """A token shows its own certificate only; its issuers come with the first valid signature, and
    whoever gathers evidence about it needs them."""
    if len(certificate.chain) == 1 and issuers:
        certificate.chain = [*certificate.chain, *issuers]
        certificate.save(update_fields=["chain"])


_VARIANTS = {
    "none": Variant.LOOK,
    "annotations": Variant.ANNOTATION,
    "content": Variant.CONTENT,
}


def _keep_place(waiting: WaitingSignature, seen: Mapping[str, Any]) -> None:
    """The program names the field and its user places it: what follows must know where it is, and
    how what it had to write came into the file."""
    made = seen["new"][0]
    waiting.field = made["field"][:LONGEST_FIELD]
    if made["page"]:
        waiting.page, waiting.box = made["page"], made["box"]
    if _writes(waiting):
        is_seen = seen["shows"]
        waiting.prepared["variant"] = _VARIANTS[seen["change"]] if is_seen else Variant.UNSEEN
    waiting.said = ""  # what an earlier try was refused for
    waiting.save(update_fields=["field", "page", "box", "said", "prepared"])
