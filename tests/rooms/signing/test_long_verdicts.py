"""The verdict at the time of signing, proven by time-stamps and by what the file brings (S54)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from congvu.rules.legal_effect import Verdict
from congvu.signing import judge as law
from congvu.signing.adapters.pyhanko_judge import SandboxedJudge
from congvu.signing.adapters.pyhanko_pades import PadesMaker
from congvu.signing.adapters.revocation_http import HttpRevocation
from congvu.signing.adapters.tsa_http import HttpStamper
from congvu.signing.lasting import joined
from congvu.signing.ports import Evidence, Picture, SignatureOrder
from pki import NOW, REVOKED_AT, TestPki
from rooms.signing.conftest import PERSON_BOX, Bench

pytestmark = pytest.mark.clause("TT41", "ND130.79", "QC.7.1", "S.54")
VALID, INVALID, UNDETERMINED = Verdict.VALID, Verdict.INVALID, Verdict.UNDETERMINED
ALL = ("issuing", "root", "tsa-root")


@dataclass(frozen=True)
class Desk:
    """Signs bytes with the test infrastructure, as the house does with its own keys."""

    pki: TestPki
    bench: Bench
    folder: Path

    def signed(self, who: str, *, at: datetime = NOW, stamper: str = "") -> bytes:
        """The letter with one signature, time-stamped by `stamper`."""
        path = self._file(self.bench.letter)
        look = Picture(self.bench.blue)
        order = SignatureOrder("ChuKy", 1, PERSON_BOX, look, "ký", at, self.pki.chain(who))
        maker = PadesMaker()
        made = maker.prepare(path, order)
        raw = self.pki.sign_digest(who, made.digest)
        self.pki.moment = at
        token = self._token(hashlib.sha256(raw).digest(), at, stamper) if stamper else None
        maker.complete(path, made, order, raw, token)
        return path.read_bytes()

    def with_evidence(
        self, pdf: bytes, who: str, *, at: datetime = NOW, stampers: Sequence[str] = ("tsa",)
    ) -> bytes:
        """The same with everything a later reader needs."""
        path = self._file(pdf)
        PadesMaker().add_evidence(path, self.evidence(who, at, stampers))
        return path.read_bytes()

    def with_stamp(
        self,
        pdf: bytes,
        *,
        at: datetime,
        stamper: str = "tsa",
        evidence: Evidence | None = None,
    ) -> bytes:
        """The same under a time-stamp over the file."""
        path = self._file(pdf)
        made = PadesMaker().prepare_stamp(path, "DauThoiGian", evidence)
        PadesMaker().embed(path, made, self._token(made.digest, at, stamper))
        return path.read_bytes()

    def evidence(self, who: str, at: datetime, stampers: Sequence[str] = ("tsa",)) -> Evidence:
        self.pki.moment = at
        source, found = HttpRevocation(), []
        for label, root in ((who, "root"), *((one, "tsa-root") for one in stampers)):
            chain = self.pki.chain(label)
            gathered = source.gather(chain, [self.pki.der(root)], [], moment=at, at=at)
            found.append(gathered.evidence)
        return joined(found)

    def _token(self, digest: bytes, at: datetime, stamper: str) -> bytes:
        self.pki.moment = at
        return HttpStamper(self.pki.stamp_address(stamper)).stamp(digest, at).token

    def _file(self, pdf: bytes) -> Path:
        path = self.folder / "letter.pdf"
        path.write_bytes(pdf)
        return path


@pytest.fixture
def desk(pki: TestPki, bench: Bench, tmp_path: Path) -> Desk:
    return Desk(pki, bench, tmp_path)


@pytest.fixture(scope="session")
def papers(
    services: TestPki, bench: Bench, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """The leader's letter at each level, signed on the 14th of February 2022."""
    services.moment, services.is_down = NOW, False
    desk = Desk(services, bench, tmp_path_factory.mktemp("papers"))
    bare = desk.signed("leader")
    stamped = desk.signed("leader", stamper="tsa")
    proven = desk.with_evidence(stamped, "leader")
    closed = desk.with_stamp(stamped, at=NOW, evidence=desk.evidence("leader", NOW))
    return {"b-b": bare, "b-t": stamped, "b-lt": proven, "b-lta": closed}


def first(judge: SandboxedJudge, pdf: bytes, question: dict[str, Any]) -> dict[str, Any]:
    return dict(judge.judge(pdf, question)["signatures"][0])


def verdict(judge: SandboxedJudge, pdf: bytes, question: dict[str, Any]) -> tuple[Verdict, str]:
    seen_at = datetime.fromisoformat(question["seen_at"])
    return law.verdict_on(first(judge, pdf, question), seen_at=seen_at)


@pytest.mark.parametrize(
    ("level", "expected"),
    [("b-b", UNDETERMINED), ("b-t", UNDETERMINED), ("b-lt", VALID), ("b-lta", VALID)],
)
def test_offline_only_what_the_file_brings_counts(
    pki: TestPki, judge: SandboxedJudge, papers: dict[str, bytes], level: str, expected: Verdict
) -> None:
    found, reason = verdict(judge, papers[level], pki.question(lists=()))
    assert found == expected
    if expected != VALID:
        assert "chưa có danh sách thu hồi" in reason
    assert first(judge, papers[level], pki.question())["level"] == level


@pytest.mark.parametrize("level", ["b-b", "b-t", "b-lt", "b-lta"])
def test_with_our_lists_every_level_is_valid(
    pki: TestPki, judge: SandboxedJudge, papers: dict[str, bytes], level: str
) -> None:
    assert verdict(judge, papers[level], pki.question(lists=ALL))[0] == VALID


@pytest.mark.parametrize(
    ("level", "expected"), [("b-b", UNDETERMINED), ("b-lt", VALID), ("b-lta", VALID)]
)
def test_a_certificate_that_expired_since_was_good_when_it_signed(
    pki: TestPki, judge: SandboxedJudge, papers: dict[str, bytes], level: str, expected: Verdict
) -> None:
    """The leader's certificate ends in 2024; the file comes to us in 2025."""
    seen_at = datetime(2025, 3, 3, tzinfo=UTC)
    question = pki.question(seen_at=seen_at, lists=ALL, at=seen_at)
    assert verdict(judge, papers[level], question)[0] == expected


def test_a_list_made_after_a_certificate_expired_says_nothing_of_it(
    pki: TestPki, judge: SandboxedJudge, papers: dict[str, bytes]
) -> None:
    """Authorities drop expired certificates from their lists: absence is no proof then."""
    seen_at = datetime(2025, 3, 3, tzinfo=UTC)
    question = pki.question(seen_at=seen_at, lists=ALL, at=seen_at)
    assert first(judge, papers["b-t"], question)["at_signing"] == "no_list"


def test_revoked_before_signing_is_invalid_even_when_the_file_brings_an_older_list(
    pki: TestPki, judge: SandboxedJudge, desk: Desk
) -> None:
    old = Evidence(
        pki.chain("revoked"), tuple(pki.lists("issuing", "root", at=REVOKED_AT - timedelta(days=1)))
    )
    pdf = desk.signed("revoked", stamper="tsa")
    path = desk._file(pdf)
    PadesMaker().add_evidence(path, old)
    later = NOW + timedelta(days=20)
    question = pki.question(lists=ALL, at=later, seen_at=later)
    found, reason = verdict(judge, path.read_bytes(), question)
    assert (found, "bị thu hồi trước lúc ký" in reason) == (INVALID, True)


def test_revoked_after_signing_stays_valid_when_a_stamp_proves_the_time(
    pki: TestPki, judge: SandboxedJudge, desk: Desk
) -> None:
    early = REVOKED_AT - timedelta(days=5)
    later = NOW + timedelta(days=20)
    question = pki.question(lists=ALL, at=later, seen_at=later)
    stamped = desk.signed("revoked", at=early, stamper="tsa")
    assert verdict(judge, stamped, question)[0] == VALID
    claimed = desk.signed("revoked", at=early)
    found, reason = verdict(judge, claimed, question)
    assert (found, "không có dấu thời gian" in reason) == (UNDETERMINED, True)


@pytest.mark.parametrize(
    ("who", "expected", "said"),
    [
        ("expired", INVALID, "hết hạn trước lúc ký"),
        ("early", INVALID, "chưa có hiệu lực"),
        ("wrong-use", INVALID, "không được cấp để ký số"),
        ("stranger", UNDETERMINED, "chưa có trong danh sách tin cậy"),
    ],
)
def test_certificates_that_may_not_sign(
    pki: TestPki, judge: SandboxedJudge, desk: Desk, who: str, expected: Verdict, said: str
) -> None:
    found, reason = verdict(judge, desk.signed(who, stamper="tsa"), pki.question(lists=ALL))
    assert (found, said in reason) == (expected, True), reason


def test_an_altered_file_is_invalid_at_every_level(
    pki: TestPki, judge: SandboxedJudge, papers: dict[str, bytes]
) -> None:
    for level, pdf in papers.items():
        altered = pdf.replace(b"Typst", b"Typsy", 1)
        found, reason = verdict(judge, altered, pki.question(lists=ALL))
        assert (found, "thay đổi sau khi ký" in reason) == (INVALID, True), level


@pytest.mark.parametrize("level", ["b-t", "b-lta"])
def test_a_time_stamp_counts_only_by_an_anchor_for_time_stamps(
    pki: TestPki, judge: SandboxedJudge, papers: dict[str, bytes], level: str
) -> None:
    question = pki.question(lists=ALL)
    question["anchors"] += question["stamp_anchors"]  # trusted, but for signatures
    question["stamp_anchors"] = []
    found = first(judge, papers[level], question)
    assert found["stamped_at"] is None
    assert found["stamp"] == "no_chain"
    assert "Dấu thời gian kèm chữ ký không dùng được" in law.note_on(found)
    question["stamp_anchors"], question["anchors"] = (
        question["anchors"][1:],
        question["anchors"][1:],
    )
    assert first(judge, papers[level], question)["at_signing"] == "no_chain"


def test_a_time_stamp_over_the_file_is_told_and_proves_signatures_that_have_none(
    pki: TestPki, judge: SandboxedJudge, desk: Desk, papers: dict[str, bytes]
) -> None:
    pdf = desk.with_stamp(papers["b-b"], at=NOW + timedelta(hours=2))
    signature, stamp = judge.judge(pdf, pki.question(lists=ALL, seen_at=NOW + timedelta(days=1)))[
        "signatures"
    ]
    assert stamp["kind"] == "timestamp"
    assert "tsa" in stamp["stamped_by"]
    found, reason = law.verdict_on(stamp, seen_at=NOW + timedelta(days=1))
    assert (found, "chứng minh tệp đã có" in reason) == (VALID, True)
    assert signature["stamped_at"] == (NOW + timedelta(hours=2)).isoformat()
    assert signature["modification"] == "LTA_UPDATES"


def test_a_stamp_whose_certificate_ran_out_proves_nothing_until_it_is_renewed(
    pki: TestPki, judge: SandboxedJudge, desk: Desk
) -> None:
    """tsa-old ends with 2022; the leader's certificate ends with 2023; we look in 2025."""
    seen_at = datetime(2025, 3, 3, tzinfo=UTC)
    stamped = desk.with_stamp(
        desk.signed("leader", stamper="tsa-old"), at=NOW, stamper="tsa-old",
        evidence=desk.evidence("leader", NOW, ("tsa-old",)),
    )  # fmt: skip
    question = pki.question(seen_at=seen_at, lists=ALL, at=seen_at)
    signature, stamp = judge.judge(stamped, question)["signatures"]
    assert (signature["stamped_at"], signature["stamp"]) == (None, "expired")
    found, reason = law.verdict_on(stamp, seen_at=seen_at)
    assert (found, "chưa được gia hạn" in reason) == (UNDETERMINED, True)
    assert law.verdict_on(signature, seen_at=seen_at)[0] == UNDETERMINED

    autumn = datetime(2022, 11, 1, tzinfo=UTC)
    renewed = desk.with_stamp(
        stamped, at=autumn, evidence=desk.evidence("leader", autumn, ("tsa-old",))
    )
    assert renewed.startswith(stamped)
    signature, *stamps = judge.judge(renewed, question)["signatures"]
    assert signature["stamped_at"] == NOW.isoformat()
    assert law.verdict_on(signature, seen_at=seen_at)[0] == VALID
    assert [law.verdict_on(one, seen_at=seen_at)[0] for one in stamps] == [VALID, VALID]

    late = datetime(2023, 2, 1, tzinfo=UTC)
    too_late = desk.with_stamp(stamped, at=late, evidence=desk.evidence("leader", late, ()))
    signature, stale, fresh = judge.judge(too_late, question)["signatures"]
    assert law.verdict_on(stale, seen_at=seen_at)[0] == UNDETERMINED
    # The new stamp still proves that everything existed in February 2023, before the leader's end.
    assert signature["stamped_at"] == fresh["stamped_at"] == late.isoformat()


def test_a_stamp_later_than_our_own_sight_of_the_file_is_not_believed(
    pki: TestPki, judge: SandboxedJudge, papers: dict[str, bytes]
) -> None:
    question = pki.question(lists=ALL, seen_at=NOW - timedelta(days=3))
    found = first(judge, papers["b-t"], question)
    assert (found["stamped_at"], found["stamp"]) == (None, "not_yet")


def test_evidence_that_cannot_be_read_brings_nothing(
    pki: TestPki, judge: SandboxedJudge, desk: Desk, papers: dict[str, bytes]
) -> None:
    listed = base64.b64encode(b"x").decode()
    assert listed
    broken = papers["b-lt"].replace(b"/CRLs", b"/CRLx", 1).replace(b"/OCSPs", b"/OCSPx", 1)
    found, _ = verdict(judge, broken, pki.question(lists=()))
    assert found == UNDETERMINED
