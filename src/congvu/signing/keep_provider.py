"""Enter or change a remote signing service; what was changed must be tested again before use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.signing.check_answer import pem_certificates
from congvu.signing.models import SigningProvider

LOCAL = {"localhost", "127.0.0.1", "::1"}
LONGEST = 200
MOST_AT_ONCE = 100
USUAL_HASHES = {
    SigningProvider.Kind.CSC: SigningProvider.Hashes.BASE64,
    SigningProvider.Kind.SMARTCA: SigningProvider.Hashes.HEX,
    SigningProvider.Kind.MYSIGN: SigningProvider.Hashes.BASE64,
}


@dataclass(frozen=True)
class ProviderForm:
    """What the administrator wrote. An empty secret, or no issuers: what is there stays."""

    kind: str
    name: str
    base_url: str
    client_id: str = ""
    secret: str = ""
    profile_id: str = ""
    answers: str = SigningProvider.Answers.RAW
    most_at_once: int = 50
    hashes: str = ""  # empty: as services of this kind are known to read them
    issuers: str = ""  # PEM


@clause("QC.10.3")
def keep_provider(
    form: ProviderForm, *, provider_id: int | None = None, by: Actor, at: datetime
) -> SigningProvider:
    """A new service, or a change of one (its kind stays). It is out of use until it is tested."""
    with transaction.atomic():
        provider = _there(provider_id, form, at)

        refuse_unless(by.has(SYSTEM_ADMIN), "signing.E170")
        _refuse_form(form, provider)
        issuers = pem_certificates(form.issuers)
        refuse_if(issuers is None, "signing.E174")

        provider.name = form.name.strip()
        provider.base_url = form.base_url.strip().rstrip("/")
        provider.client_id = form.client_id.strip()
        provider.profile_id = form.profile_id.strip()
        provider.answers = form.answers
        provider.most_at_once = form.most_at_once
        provider.hashes = form.hashes or USUAL_HASHES[provider.kind]
        if issuers:
            provider.issuers = issuers
        if form.secret:
            setattr(provider, "secret", form.secret)  # noqa: B010  (a sealed field holds any JSON)
        provider.is_active = provider.test_passed = False
        provider.tested_at, provider.test_said = None, ""
        provider.save()

        write_entry(
            "signing.provider_kept",
            by=by,
            at=at,
            on=("signing_provider", provider.id),
            clause="QC.10.3",
            details={"name": provider.name, "kind": provider.kind, "address": provider.base_url},
        )
    return provider


def provider_for(by: Actor, provider_id: int, *, lock: bool = False) -> SigningProvider:
    """A service as its administrator sees it."""
    refuse_unless(by.has(SYSTEM_ADMIN), "signing.E170")
    rows = SigningProvider.objects.select_for_update() if lock else SigningProvider.objects
    provider = rows.filter(id=provider_id).first()
    refuse_if(provider is None, "signing.E163")
    return provider


def _there(provider_id: int | None, form: ProviderForm, at: datetime) -> SigningProvider:
    if provider_id is None:
        return SigningProvider(kind=form.kind, secret="", added_at=at)
    found = SigningProvider.objects.select_for_update().filter(id=provider_id).first()
    if found is None:
        raise refusal("signing.E163")
    return found


def _refuse_form(form: ProviderForm, provider: SigningProvider) -> None:
    refuse_unless(provider.kind in SigningProvider.Kind.values, "signing.E162", what="loại dịch vụ")
    refuse_unless(3 <= len(form.name.strip()) <= 80, "signing.E164")
    same = SigningProvider.objects.filter(name=form.name.strip()).exclude(id=provider.id)
    refuse_if(same.exists(), "signing.E165")
    refuse_unless(_is_safe(form.base_url.strip()), "signing.E161")
    refuse_unless(form.answers in SigningProvider.Answers.values, "signing.E162", what="trả lời")
    refuse_unless(
        form.hashes in ("", *SigningProvider.Hashes.values), "signing.E162", what="giá trị băm"
    )
    refuse_unless(1 <= form.most_at_once <= MOST_AT_ONCE, "signing.E177", most=MOST_AT_ONCE)
    too_long = max(len(form.client_id), len(form.profile_id), len(form.secret)) > LONGEST
    refuse_if(too_long, "signing.E162", what="mã khách hàng, mật khẩu")


def _is_safe(address: str) -> bool:
    """https everywhere; http only to this very machine. No name and password in an address."""
    try:
        parts = urlsplit(address)
        host, user = parts.hostname or "", parts.username
        _ = parts.port
    except ValueError:
        return False
    if not host or user is not None or parts.query or parts.fragment or len(address) > LONGEST:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL)
