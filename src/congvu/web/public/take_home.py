"""What a visitor takes home of a check: the result travels sealed in the page, nothing is kept."""

from __future__ import annotations

from typing import Any

from django.core import signing as seals
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from congvu.accounts import queries as accounts
from congvu.accounts.limit_attempts import count_failure, refuse_past_limit
from congvu.documents.queries.public import IssuedDocument
from congvu.kit import clock
from congvu.kit.refusal import refusal
from congvu.rules.clauses import clause
from congvu.rules.legal_effect import value_of_document
from congvu.signing.types import Verification
from congvu.signing.typeset_report import Checked, typeset_report
from congvu.web.shell.doors import public

SALT = "public-check-result"
SHEETS = "public-sheet"
GOOD_FOR = 3600  # seconds
LONGEST = 200_000
NOT_OURS = "không trùng với bản nào do Hệ thống phát hành"


def sealed_result(judged: Verification, *, name: str, same: IssuedDocument | None) -> str:
    """The result as text that only this installation can have written; "" when it is too long."""
    told = {
        "judged": judged.as_json(),
        "name": name,
        "same": f"{same.symbol} ngày {same.issued_on:%d/%m/%Y}, {same.issuer_name}" if same else "",
    }
    sealed = seals.dumps(told, salt=SALT, compress=True)
    return sealed if len(sealed) <= LONGEST else ""


@public
@clause("QC.7.1", "S.46")
@require_POST
def result_sheet(request: HttpRequest) -> HttpResponse:
    """Phiếu kiểm tra chữ ký số of an uploaded file, from the result that the page carried."""
    at, address = clock.now(), request.origin.address
    policy = accounts.policy(at)
    refuse_past_limit(purpose=SHEETS, address=address, policy=policy, at=at)
    count_failure(purpose=SHEETS, address=address, policy=policy, at=at)
    told = _opened(request.POST.get("result", ""))
    judged = Verification.from_json(told["judged"])
    value = value_of_document(judged.for_law, through_document_system=bool(told["same"]))
    issued = f"trùng khớp từng byte với {told['same']}" if told["same"] else NOT_OURS
    checked = Checked(
        facts=[("Tên tệp", told["name"][:200]), ("Đối chiếu với văn bản phát hành", issued)],
        value=value.explanation,
    )
    answer = HttpResponse(typeset_report(judged, checked).pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="phieu-kiem-tra-chu-ky-so.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _opened(sealed: str) -> dict[str, Any]:
    try:
        told: dict[str, Any] = seals.loads(sealed, salt=SALT, max_age=GOOD_FOR)
    except seals.BadSignature as broken:
        raise refusal("web.E041") from broken
    return told
