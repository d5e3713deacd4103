"""A key that wants a PIN: the sheet asks for it, says what was wrong, and keeps nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from congvu.accounts.keep_secret import open_secret
from congvu.accounts.models import KeptInput, Session
from congvu.audit.models import Entry
from congvu.documents.outgoing.number import number_document
from congvu.kit import blobs
from congvu.signing import ports
from congvu.signing.adapters.pkcs11_keys import installed_tokens
from congvu.signing.adapters.software_keys import installed_keys
from congvu.signing.enrol import enrol_person
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from paperwork import approved, fresh
from softhsm import LIBRARY, PINS, SIGNER, needs_softhsm, tokens
from web.province import Province, hidden, make_province, words

pytestmark = [pytest.mark.django_db, needs_softhsm, pytest.mark.clause("QC.10.3")]
PIN, WRONG = PINS[SIGNER], "86420135"


@pytest.fixture
def province(at: datetime, settings: Any) -> Iterator[Province]:
    """The leader's key lies on a token."""
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    settings.PKCS11_MODULE = LIBRARY
    _forget()
    made = make_province(at)
    certificate = enrol_person(person_id=made.office.leader.person_id, at=at)
    key = installed_keys().key(certificate.key_reference.partition(":")[2])
    label = certificate.serial[:12]
    tokens().put(SIGNER, label, key)
    certificate.key_reference = f"pkcs11:{SIGNER}/{label}"
    certificate.save(update_fields=["key_reference"])
    yield made
    _forget()


def _forget() -> None:
    """The tokens of this installation are those of the settings of now."""
    installed_tokens.cache_clear()
    ports._adapter.cache_clear()


def text_of_database() -> str:
    """Everything that the rows of the trail and of kept inputs say."""
    said = [str(one) for one in Entry.objects.values()] + [str(KeptInput.objects.count())]
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(args::text, ' '), '') FROM procrastinate_jobs")
        return " ".join([*said, cursor.fetchone()[0]])


def test_the_sheet_asks_for_the_pin_and_the_document_is_signed(province: Province) -> None:
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    page = browser.get(f"/trinh-ky/{document.id}/")
    assert 'type="password"' in page.content.decode() and "Mã PIN của thiết bị" in words(page)

    answer = browser.post(
        f"/trinh-ky/{document.id}/ky/", {"seen_sha256": hidden(page, "seen_sha256"), "pin": PIN}
    )

    assert answer.headers["Location"] == "/trinh-ky/"
    signed = fresh(document)
    assert signed.state == "signed"
    assert verify_pdf(blobs.read(signed.signed_file), at=province.at).state == FileState.INTACT
    assert PIN not in text_of_database()


def test_a_wrong_pin_opens_the_sheet_again(province: Province) -> None:
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    for typed, code in (("", "Hãy nhập mã PIN"), (WRONG, "Mã PIN không đúng")):
        answer = browser.post(
            f"/trinh-ky/{document.id}/ky/", {"seen_sha256": document.base_file, "pin": typed}
        )
        html = answer.content.decode()
        assert answer.status_code == 422
        assert code in words(answer) and "data-opened" in html and 'aria-invalid="true"' in html
        assert WRONG not in html
    assert fresh(document).state == "approved"
    assert WRONG not in text_of_database()


def test_another_refusal_shows_nothing_of_the_pin(province: Province) -> None:
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    answer = browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": "0" * 64, "pin": PIN})
    assert answer.status_code == 422 and "documents.E201" in answer.content.decode()
    assert PIN not in answer.content.decode()


def test_a_session_that_locks_keeps_no_pin(province: Province) -> None:
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    Session.objects.update(last_seen_at=province.at - timedelta(hours=1))
    browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": document.base_file, "pin": PIN})
    (kept,) = KeptInput.objects.all()
    assert PIN not in open_secret(kept.sealed_fields, purpose="kept-input")


def test_a_clerks_act_does_not_ask_for_the_leaders_pin(province: Province) -> None:
    """The agency's key is another: number and seal go on as before."""
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": document.base_file, "pin": PIN})
    number_document(document_id=document.id, by=province.office.clerk, at=province.at)
    assert fresh(document).state == "numbered"
