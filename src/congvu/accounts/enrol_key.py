"""Enrol a security key (WebAuthn): only its public key comes to us."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import webauthn
from django.db import transaction
from webauthn.helpers.exceptions import InvalidJSONStructure, InvalidRegistrationResponse
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from congvu.accounts.confirm_factor import must_confirm_first, right_factor
from congvu.accounts.enrol_totp import Enrolment, new_recovery_codes
from congvu.accounts.models import Account, SecurityKey, Session
from congvu.accounts.queries import security_keys, unused_recovery_codes
from congvu.accounts.types import Visit
from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal, refuse_if
from congvu.rules.clauses import clause


@dataclass(frozen=True)
class Site:
    """Whom the key answers: the host name and the origin the browser sees."""

    host: str
    origin: str


def offer_key(*, visit: Visit, site: Site) -> str:
    """The options (JSON) for `navigator.credentials.create`; the challenge is kept in the
    session."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Công vụ",
        user_id=str(visit.account_id).encode(),
        user_name=visit.username,
        user_display_name=visit.who.full_name or visit.username,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=bytes(key.credential_id))
            for key in security_keys(visit.account_id)
        ],
    )
    Session.objects.filter(id=visit.session_id).update(challenge=options.challenge)
    return webauthn.options_to_json(options)


@clause("S.05")
def enrol_key(*, visit: Visit, answer: str, name: str, site: Site, at: datetime) -> Enrolment:
    """Check the browser's answer and keep the key. Recovery codes come with the first factor."""
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(id=visit.account_id)
        session = Session.objects.select_for_update().get(id=visit.session_id)

        refuse_if(must_confirm_first(visit, at), "accounts.E017")
        try:
            verified = webauthn.verify_registration_response(
                credential=json.loads(answer),
                expected_challenge=bytes(session.challenge or b""),
                expected_rp_id=site.host,
                expected_origin=site.origin,
            )
        except (InvalidRegistrationResponse, InvalidJSONStructure, ValueError) as error:
            raise refusal("accounts.E012") from error

        SecurityKey.objects.create(
            account=account,
            name=name.strip()[:80] or "Khóa bảo mật",
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            enrolled_at=at,
        )
        left = unused_recovery_codes(account.id)
        codes = () if left else new_recovery_codes(account, at)
        write_entry(
            "account.factor_enrolled",
            by=visit.who,
            at=at,
            on=("account", account.id),
            clause="S.05",
            details={"factor": "webauthn", "name": name[:80]},
        )
        attempt = right_factor(account, session, visit, at, kind="webauthn")
    return Enrolment(token=attempt.token, recovery_codes=codes)
