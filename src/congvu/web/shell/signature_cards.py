"""A judged signature as the signature card of the design system takes it."""

from __future__ import annotations

from typing import Any

from congvu.rules.legal_effect import Verdict
from congvu.signing.types import HolderKind, SignatureReport

TONES = {Verdict.VALID: "valid", Verdict.INVALID: "invalid", Verdict.UNDETERMINED: "unknown"}


def signature_card(number: int, one: SignatureReport) -> dict[str, Any]:
    """The parameters of `ui.signature_card`; `number` makes its address unique in the page."""
    of_agency = one.holder_kind == HolderKind.AGENCY
    return {
        "id": f"chu-ky-{number}",
        "verdict": TONES[one.verdict],
        "name": one.signer,
        "agency": one.organisation,
        "at": one.stamped_at or one.claimed_at,
        "kind": "Chữ ký số của cơ quan" if of_agency else "Chữ ký số của người có thẩm quyền",
        "says": one.reason,
        "demo": "TRÌNH DIỄN" in f"{one.issuer} {one.signer} {one.organisation}".upper(),
        "details": [
            ("Tổ chức cấp", one.issuer),
            ("Số hiệu chứng thư", one.serial),
            ("Hiệu lực", f"{one.certificate_from:%d/%m/%Y} – {one.certificate_to:%d/%m/%Y}")
            if one.certificate_from and one.certificate_to
            else ("Hiệu lực", "—"),
            ("Trạng thái chứng thư", one.certificate_state),
            ("Sau khi ký", one.modification),
            ("Trường chữ ký", one.field),
        ],
    }
