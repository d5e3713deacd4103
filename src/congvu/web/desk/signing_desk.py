"""Trình ký: what waits for this person, and the page on which one reads and signs.

Made for the phone: open, read, sign, confirm. The form carries the hash of the file that is shown;
another file is not signed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from congvu.documents.outgoing.ask_to_sign import SUBJECT, ask_to_sign
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.outgoing.sign_in_turn import turn_of
from congvu.documents.queries import draft_lists as queries
from congvu.documents.queries.batches import batch_offer
from congvu.documents.queries.document import DocumentPage, document_page
from congvu.documents.queries.draft_lists import SubmissionRow
from congvu.documents.states import DocumentState
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor
from congvu.rules.document_types import document_type
from congvu.signing import ports
from congvu.signing.queries import key_of_person, remote_waits, unanswered_request
from congvu.web.desk.document_view import document_view
from congvu.web.desk.draft_page import attachment_files, waiting_for
from congvu.web.desk.drafts import postings_for
from congvu.web.desk.frame import done, show
from congvu.web.desk.timeline import filters_of, timeline_of
from congvu.web.shell.doors import needs
from congvu.web.shell.plugin import let_talk

REASONS = {
    "signature": "Chờ Ông/Bà ký",
    "content": "Chờ Ông/Bà duyệt nội dung",
    "form": "Chờ Ông/Bà kiểm tra thể thức",
}
TABS = (("", "Chờ tôi"), ("da-ky", "Tôi đã ký"))


@needs(LEADER, UNIT_HEAD, CLERK, OFFICIAL)
@require_GET
def signing(request: HttpRequest) -> HttpResponse:
    """The list alone."""
    return show(
        request,
        "desk/signing/list.html",
        title="Trình ký",
        active="signing",
        fit=True,
        split={"name": "trinh-ky", "showing": "list", "side": False},
        **_list(request),
    )


@needs(LEADER, UNIT_HEAD, CLERK, OFFICIAL)
@require_GET
def sign(request: HttpRequest, document_id: int) -> HttpResponse:
    """The document that waits for this person's signature; any other goes to its own page."""
    return _sign_page(request, document_id)


def _sign_page(request: HttpRequest, document_id: int, said: Refusal | None = None) -> HttpResponse:
    """`said`: what was wrong with the PIN; the dialog stands open again."""
    by, at = request.actor, clock.now()
    page = document_page(by, document_id)
    waits = waiting_for(page, postings_for(by, at))
    if waits is None or waits.purpose != "signature":
        return redirect(reverse("draft", args=[document_id]))
    entries = timeline_of(by, document_id, None)
    turn = turn_of(page.document)
    key = key_of_person(by.person_id, at)
    is_plugin = key.road == ports.Road.PLUGIN
    answer = show(
        request,
        "desk/signing/sign.html",
        title=page.document.subject,
        active="signing",
        fit=True,
        split={"name": "trinh-ky", "showing": "document"},
        draft_page=page,
        document=page.document,
        view=document_view(by, document_id),
        waits=waits,
        authority=turn.printed,
        is_last=turn.co_signer is None,
        after=_after(page, turn.co_signer.ordinal) if turn.co_signer else "",
        entries=entries,
        entry_filters=filters_of(entries),
        files=attachment_files(page),
        key=key,
        pin_refusal=said,
        program=settings.PLUGIN_ADDRESS if is_plugin else "",
        asked=remote_waits(SUBJECT, [document_id], by.person_id).get(document_id),
        unanswered=unanswered_request(SUBJECT, document_id, by.person_id),
        **_list(request),
    )
    return let_talk(answer) if is_plugin else answer


def _after(page: DocumentPage, ordinal: int) -> str:
    """Who signs after the co-signer of this ordinal."""
    later = [one.full_name for one in page.co_signers if one.ordinal > ordinal]
    return (later or [page.document.signer_name])[0]


@needs(LEADER, UNIT_HEAD, CLERK, OFFICIAL)
@require_POST
@sensitive_post_parameters("pin")
def sign_order(request: HttpRequest, document_id: int) -> HttpResponse:
    """Ký văn bản: exactly the file whose hash the page carried; then the next one."""
    by, at = request.actor, clock.now()
    if key_of_person(by.person_id, at).is_remote:
        return _ask_remotely(request, document_id)
    try:
        row = sign_document(
            document_id=document_id,
            seen_sha256=request.POST.get("seen_sha256", ""),
            by=by,
            at=at,
            pin=request.POST.get("pin", ""),
        )
    except Refusal as refused:
        if refused.field == "pin":
            request.show_again = lambda said: _sign_page(request, document_id, said)
        raise
    return after_signing(request, is_whole=row.document.state == DocumentState.SIGNED)


def after_signing(request: HttpRequest, *, is_whole: bool) -> HttpResponse:
    """Say that it is signed and go on to the next one that waits, or back to the list."""
    after = following(request.actor, clock.now())
    said = (
        "Đã ký số; văn bản đã chuyển văn thư cấp số."
        if is_whole
        else "Đã ký số; văn bản đã chuyển người ký tiếp theo."
    )
    if after is not None:
        return done(request, f"{said} Đây là văn bản tiếp theo.", "sign", after.document_id)
    return done(request, said, "signing")


def _ask_remotely(request: HttpRequest, document_id: int) -> HttpResponse:
    """The holder confirms on the phone: to the page that waits for it."""
    asked = ask_to_sign(
        document_id=document_id,
        seen_sha256=request.POST.get("seen_sha256", ""),
        by=request.actor,
        at=clock.now(),
    )
    return redirect(reverse("remote_waiting", args=[asked.id]))


def following(by: Actor, at: datetime) -> SubmissionRow | None:
    """The next document to be signed that nobody was asked to confirm yet."""
    waiting = queries.waiting_submissions(postings_for(by, at))
    to_sign = [one for one in waiting if one.purpose == "signature"]
    asked = remote_waits(SUBJECT, [one.document_id for one in to_sign], by.person_id)
    return next((one for one in to_sign if one.document_id not in asked), None)


def _list(request: HttpRequest) -> dict[str, Any]:
    by, at = request.actor, clock.now()
    postings = postings_for(by, at)
    tab = "da-ky" if request.GET.get("tab") == "da-ky" else ""
    waiting = queries.waiting_submissions(postings)
    rows = queries.signed_by(postings) if tab else waiting
    asked = {} if tab else remote_waits(SUBJECT, [row.document_id for row in rows], by.person_id)
    return {
        "rows": [(row, _address(row, tab, asked)) for row in rows],
        "confirming": asked,
        "offer": batch_offer(by),
        "reasons": REASONS if not tab else {"signature": "Đã ký"},
        "type_names": {row.type_code: document_type(row.type_code).name for row in rows},
        "tabs": [
            {
                "label": label,
                "href": f"?tab={key}",
                "current": key == tab,
                "count": len(waiting) or None if not key else None,
            }
            for key, label in TABS
        ],
    }


def _address(row: SubmissionRow, tab: str, asked: dict[int, int]) -> str:
    if row.document_id in asked:
        return reverse("remote_waiting", args=[asked[row.document_id]])
    if tab:
        return reverse("outgoing_document", args=[row.document_id])
    name = "sign" if row.purpose == "signature" else "draft"
    return reverse(name, args=[row.document_id])
