"""Confirm the second factor with a security key (WebAuthn)."""

from __future__ import annotations

import json
from datetime import datetime

import webauthn
from django.db import transaction
from webauthn.helpers.exceptions import InvalidAuthenticationResponse, InvalidJSONStructure
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from congvu.accounts.confirm_factor import right_factor, wrong_factor
from congvu.accounts.enrol_key import Site
from congvu.accounts.models import Account, SecurityKey, Session
from congvu.accounts.queries import security_keys
from congvu.accounts.types import Attempt, Visit
from congvu.rules.clauses import clause


def ask_key(*, visit: Visit, site: Site) -> str:
    """The options (JSON) for `navigator.credentials.get`, for the keys of this account."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=[
            PublicKeyCredentialDescriptor(id=bytes(key.credential_id))
            for key in security_keys(visit.account_id)
        ],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    Session.objects.filter(id=visit.session_id).update(challenge=options.challenge)
    return webauthn.options_to_json(options)


@clause("S.05")
def confirm_key(*, visit: Visit, answer: str, site: Site, at: datetime) -> Attempt:
    """Accept the key's answer to this session's challenge, or record the failure."""
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(id=visit.account_id)
        session = Session.objects.select_for_update().get(id=visit.session_id)

        key, count = _verified(account, session, answer, site)
        if key is None:
            return wrong_factor(account, session, visit, at, code="accounts.E012")

        key.sign_count, key.last_used_at = count, at
        key.save(update_fields=["sign_count", "last_used_at"])
        return right_factor(account, session, visit, at, kind="webauthn")


def _verified(
    account: Account, session: Session, answer: str, site: Site
) -> tuple[SecurityKey | None, int]:
    try:
        credential = json.loads(answer)
        raw_id = webauthn.base64url_to_bytes(credential["rawId"])
        key = SecurityKey.objects.get(
            account=account, credential_id=raw_id, removed_at__isnull=True
        )
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=bytes(session.challenge or b""),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
        )
    except (
        InvalidAuthenticationResponse,
        InvalidJSONStructure,
        SecurityKey.DoesNotExist,
        ValueError,
        KeyError,
        TypeError,
    ):
        return None, 0
    return key, verified.new_sign_count
