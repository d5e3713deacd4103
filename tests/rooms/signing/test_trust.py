"""Two administrators change trust, never one; lists of revoked certificates come by hand too."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import IntegrityError, connection, transaction

from authorities import authority, middle, root, short_key
from cast import make_agency, make_official
from congvu.audit.models import Entry
from congvu.orgs.types import CLERK, SYSTEM_ADMIN, Actor
from congvu.rules.legal_effect import Verdict
from congvu.signing import queries
from congvu.signing.adapters.pyhanko_pades import PadesMaker
from congvu.signing.add_issuer import add_issuer
from congvu.signing.decide_trust import decide_trust
from congvu.signing.examine import examine_pdf
from congvu.signing.models import RevocationList, TrustAnchor, TrustChange
from congvu.signing.ports import Picture, SignatureOrder
from congvu.signing.propose_trust import propose_trust
from congvu.signing.propose_trust_end import propose_trust_end
from congvu.signing.take_in_list import take_in_list
from paperwork import refused
from rooms.signing.conftest import PERSON_BOX, Bench

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND130.79", "S.54")]
WHY = "Công văn công bố chứng thư gốc của Ban Cơ yếu Chính phủ."


@pytest.fixture
def one(db: None, at: datetime) -> Actor:
    return make_official(make_agency(), "Võ Nhật Minh", SYSTEM_ADMIN, at=at)


@pytest.fixture
def other(db: None, at: datetime) -> Actor:
    return make_official(make_agency(), "Tạ Thu Hường", SYSTEM_ADMIN, at=at)


def proposed(by: Actor, at: datetime, **changed: Any) -> TrustChange:
    given = {"content": root().der, "purpose": "official", "effective_at": at, "reason": WHY}
    return propose_trust(**{**given, **changed}, by=by, at=at)


def trusted(one: Actor, other: Actor, at: datetime, **changed: Any) -> TrustAnchor:
    change = proposed(one, at, **changed)
    decided = decide_trust(change_id=change.id, is_approved=True, by=other, at=at)
    assert decided.anchor is not None
    return decided.anchor


def test_a_proposal_alone_is_not_trust(one: Actor, other: Actor, at: datetime) -> None:
    change = proposed(one, at)
    assert queries.trusted_roots(at) == []
    decide_trust(change_id=change.id, is_approved=True, by=other, at=at)
    (anchor,) = queries.trusted_roots(at)
    assert (anchor.fingerprint, anchor.purpose) == (root().fingerprint, "official")
    assert queries.trusted_roots(at - timedelta(seconds=1)) == []


@pytest.mark.clause("S.11")
def test_the_proposer_does_not_decide(one: Actor, other: Actor, at: datetime) -> None:
    change = proposed(one, at)
    for is_approved in (True, False):
        with refused("signing.E130"):
            decide_trust(change_id=change.id, is_approved=is_approved, by=one, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrustChange.objects.filter(id=change.id).update(
            decided_by_id=one.person_id, decided_at=at, is_approved=True
        )
    assert queries.trust_waiting(one.person_id, at) == 0
    assert queries.trust_waiting(other.person_id, at) == 1


def test_what_was_refused_is_not_trusted_and_may_be_proposed_again(
    one: Actor, other: Actor, at: datetime
) -> None:
    change = proposed(one, at)
    with refused("signing.E125"):
        proposed(other, at)
    decide_trust(change_id=change.id, is_approved=False, by=other, at=at, note="Sai dấu vân tay")
    with refused("signing.E129"):
        decide_trust(change_id=change.id, is_approved=True, by=other, at=at)
    assert queries.trusted_roots(at) == []
    proposed(other, at)


def test_one_root_serves_several_purposes_each_by_its_own_decision(
    one: Actor, other: Actor, at: datetime
) -> None:
    trusted(one, other, at)
    trusted(one, other, at, purpose="time_stamp", content=root().pem)
    with refused("signing.E125"):
        proposed(one, at)
    assert [anchor.purpose for anchor in queries.anchors()] == ["official", "time_stamp"]


def test_trust_ends_from_a_day_by_four_eyes_too(one: Actor, other: Actor, at: datetime) -> None:
    anchor, end = trusted(one, other, at), at + timedelta(days=3)
    change = propose_trust_end(anchor_id=anchor.id, effective_at=end, reason=WHY, by=one, at=at)
    with refused("signing.E130"):
        decide_trust(change_id=change.id, is_approved=True, by=one, at=at)
    assert queries.trusted_roots(end + timedelta(days=1))
    decide_trust(change_id=change.id, is_approved=True, by=other, at=at)
    assert queries.trusted_roots(end - timedelta(seconds=1))
    assert queries.trusted_roots(end) == []
    with refused("signing.E131"):
        propose_trust_end(anchor_id=anchor.id, effective_at=end, reason=WHY, by=one, at=at)
    trusted(other, one, end, effective_at=end)
    assert len(queries.trusted_roots(end)) == 1


def test_an_end_before_the_beginning_is_refused(one: Actor, other: Actor, at: datetime) -> None:
    anchor, before = trusted(one, other, at), at - timedelta(days=1)
    with refused("signing.E132"):
        propose_trust_end(anchor_id=anchor.id, effective_at=before, reason=WHY, by=one, at=at)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("signing.E121", {"content": b"-----BEGIN CERTIFICATE-----\nrubbish"}),
        ("signing.E121", {"content": b""}),
        ("signing.E122", {"content": b"\x30" * 70_000}),
        ("signing.E127", {"purpose": "demonstration"}),
        ("signing.E128", {"reason": "ngắn"}),
    ],
)
def test_what_cannot_be_proposed(one: Actor, at: datetime, code: str, changed: Any) -> None:
    with refused(code):
        proposed(one, at, **changed)


def test_only_a_sound_authority_in_its_time_is_proposed(one: Actor, at: datetime) -> None:
    with refused("signing.E123"):
        proposed(one, at, content=authority("Người thường", is_authority=False).der)
    with refused("signing.E126"):
        proposed(one, at, content=authority("Khóa ngắn", key=short_key()).der)
    with refused("signing.E124"):
        proposed(one, at, content=authority("Đã hết", lasts=timedelta(days=30)).der)
    with refused("signing.E121"):
        proposed(one, at, content=root().pem + middle().pem)


@pytest.mark.clause("S.11")
def test_nobody_but_an_administrator_touches_trust(one: Actor, other: Actor, at: datetime) -> None:
    clerk = make_official(make_agency(), "Võ Thị Thư", CLERK, at=at)
    change, anchor = proposed(one, at), trusted(one, other, at, content=authority("Khác").der)
    for call in (
        lambda: proposed(clerk, at),
        lambda: decide_trust(change_id=change.id, is_approved=True, by=clerk, at=at),
        lambda: propose_trust_end(
            anchor_id=anchor.id, effective_at=at, reason=WHY, by=clerk, at=at
        ),
        lambda: take_in_list(content=root().revoked_list(at), by=clerk, at=at),
        lambda: add_issuer(content=middle().der, by=clerk, at=at),
    ):
        with refused("signing.E120"):
            call()


@pytest.mark.clause("S.13")
def test_every_change_stands_in_the_log_and_stays(one: Actor, other: Actor, at: datetime) -> None:
    anchor = trusted(one, other, at)
    add_issuer(content=middle().der, by=one, at=at)
    take_in_list(content=middle().revoked_list(at, [5, 6]), by=one, at=at)
    kinds = set(Entry.objects.filter(kind__startswith="signing.").values_list("kind", flat=True))
    assert kinds == {
        "signing.trust_proposed",
        "signing.trust_decided",
        "signing.issuer_added",
        "signing.list_taken_in",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('congvu_app', 'signing_trustanchor', 'DELETE'),"
            " has_table_privilege('congvu_app', 'signing_trustchange', 'DELETE')"
        )
        assert cursor.fetchone() == (False, False)
    assert anchor.changes.count() == 1


def test_a_list_is_taken_in_when_its_authority_is_known(
    one: Actor, other: Actor, at: datetime
) -> None:
    with refused("signing.E134"):
        take_in_list(content=root().revoked_list(at), by=one, at=at)
    trusted(one, other, at)
    kept = take_in_list(content=root().revoked_list(at, [11, 12, 13], number=7), by=one, at=at)
    assert (kept.revoked, kept.number, kept.taken_in_by_id) == (3, "7", one.person_id)
    with refused("signing.E134"):
        take_in_list(content=middle().revoked_list(at), by=one, at=at)
    add_issuer(content=middle().pem, by=one, at=at)
    take_in_list(content=middle().revoked_list(at), by=one, at=at)
    assert RevocationList.objects.count() == 2


def test_a_list_of_another_hand_is_not_believed(one: Actor, other: Actor, at: datetime) -> None:
    trusted(one, other, at)
    forged = root().revoked_list(at, signed_by=authority("Kẻ giả mạo"))
    with refused("signing.E134"):
        take_in_list(content=forged, by=one, at=at)
    changed = bytearray(root().revoked_list(at, [77]))
    changed[-1] ^= 1
    with refused("signing.E134"):
        take_in_list(content=bytes(changed), by=one, at=at)


def test_only_a_newer_list_takes_the_place_of_the_held_one(
    one: Actor, other: Actor, at: datetime
) -> None:
    trusted(one, other, at)
    take_in_list(content=root().revoked_list(at), by=one, at=at)
    for older in (at, at - timedelta(days=1)):
        with refused("signing.E135"):
            take_in_list(content=root().revoked_list(older), by=one, at=at)
    with refused("signing.E137"):
        take_in_list(content=root().revoked_list(at + timedelta(days=1)), by=one, at=at)
    later = at + timedelta(hours=1)
    take_in_list(content=root().revoked_list(later), by=one, at=later)
    with refused("signing.E133"):
        take_in_list(content=b"not a list", by=one, at=at)


def test_a_stale_list_is_shown_as_stale(one: Actor, other: Actor, at: datetime) -> None:
    trusted(one, other, at)
    assert [found.state for found in queries.list_standings(at)] == ["absent"]
    take_in_list(content=root().revoked_list(at, lasts=timedelta(days=1)), by=one, at=at)
    told = [
        queries.list_standings(at + timedelta(hours=hours))[0].state for hours in (0, 13, 24, 48)
    ]
    assert told == ["fresh", "ends_soon", "stale", "stale"]
    assert queries.trust_waiting(one.person_id, at + timedelta(days=2)) == 1


def test_an_intermediate_is_known_only_below_a_trusted_root(
    one: Actor, other: Actor, at: datetime
) -> None:
    with refused("signing.E138"):
        add_issuer(content=middle().der, by=one, at=at)
    anchor = trusted(one, other, at)
    add_issuer(content=middle().der, by=one, at=at)
    with refused("signing.E139"):
        add_issuer(content=middle().certificate.public_bytes(Encoding.PEM), by=one, at=at)
    assert len(queries.chained_issuers(at)) == 1
    TrustAnchor.objects.filter(id=anchor.id).update(trusted_to=at)
    assert queries.chained_issuers(at) == []
    with refused("signing.E134"):
        take_in_list(content=middle().revoked_list(at), by=one, at=at)


@pytest.mark.clause("TT41", "QC.7.1")
def test_a_file_that_brings_only_its_signers_certificate_is_judged_by_what_was_uploaded(
    one: Actor, other: Actor, at: datetime, tmp_path: Path, bench: Bench
) -> None:
    anchor = trusted(one, other, at)
    take_in_list(content=root().revoked_list(at), by=one, at=at)
    pdf = _signed_without_intermediate(bench, tmp_path / "thu.pdf", at)

    (before,) = examine_pdf(pdf, at=at).signatures
    assert before.verdict == Verdict.UNDETERMINED
    assert "chưa có trong danh sách tin cậy" in before.certificate_state

    add_issuer(content=middle().der, by=one, at=at)
    (unlisted,) = examine_pdf(pdf, at=at).signatures
    assert "chưa có danh sách thu hồi" in unlisted.certificate_state
    take_in_list(content=middle().revoked_list(at), by=one, at=at)
    (known,) = examine_pdf(pdf, at=at).signatures
    assert (known.verdict, known.signer) == (Verdict.VALID, "Nguyễn Văn Lạ")

    TrustAnchor.objects.filter(id=anchor.id).update(trusted_to=at)
    (later,) = examine_pdf(pdf, at=at).signatures
    assert later.verdict == Verdict.UNDETERMINED


def _signed_without_intermediate(bench: Bench, path: Path, at: datetime) -> bytes:
    leaf = authority("Nguyễn Văn Lạ", above=middle(), is_authority=False)
    path.write_bytes(bench.letter)
    order = SignatureOrder("ChuKy", 1, PERSON_BOX, Picture(bench.blue), "ký", at, (leaf.der,))
    made = PadesMaker().prepare(path, order)
    raw = leaf.key.sign(made.digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    PadesMaker().complete(path, made, order, raw)
    return path.read_bytes()
