"""A judged signature as the signature card of the design system takes it."""

from __future__ import annotations

from typing import Any

from congvu.rules.legal_effect import Verdict
from congvu.signing.describe import describe, describe_signature
from congvu.signing.types import FileState, SignatureReport, Verification

TONES = {Verdict.VALID: "valid", Verdict.INVALID: "invalid", Verdict.UNDETERMINED: "unknown"}
STATE_TONES = {
    FileState.INTACT: "valid",
    FileState.ADDED_TO: "due",
    FileState.BROKEN: "error",
    FileState.UNREADABLE: "error",
    FileState.UNSIGNED: "due",
}


def signature_card(number: int, one: SignatureReport) -> dict[str, Any]:
    """The parameters of `ui.signature_card`; `number` makes its address unique in the page."""
    words = describe_signature(one)
    return {
        "id": f"chu-ky-{number}",
        "verdict": TONES[one.verdict],
        "name": words.signer,
        "agency": words.organisation,
        "at": one.stamped_at or one.claimed_at,
        "kind": words.kind,
        "says": " ".join(part for part in (words.reason, words.note) if part),
        "demo": words.is_demonstration,
        "details": [
            ("Tổ chức cấp", words.issuer),
            ("Số hiệu chứng thư", words.serial or "—"),
            ("Hạn chứng thư", words.validity),
            ("Chứng thư tại lúc ký", words.certificate),
            ("Thời gian máy người ký ghi", words.claimed),
            ("Dấu thời gian", words.stamped),
            ("Mức chữ ký", words.level),
            ("Phạm vi ký", words.coverage),
            ("Sau khi ký", words.changes),
            ("Kết luận", words.verdict_words),
        ],
    }


def verification_cards(found: Verification | None) -> dict[str, Any]:
    """What a page shows of a whole verification; empty parts where there is none."""
    if found is None:
        return {"words": None, "tone": "", "signatures": []}
    return {
        "words": describe(found),
        "tone": STATE_TONES[found.state],
        "signatures": [signature_card(place, one) for place, one in enumerate(found.signatures)],
    }
