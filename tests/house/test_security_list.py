"""The security list, walked over the whole address book: every page, every role, two agencies.

The single checks have their proofs beside what they check; here stand those that only the whole
system can prove, and the roll call (S.01 to S.14, S.17, S.18, S.27 to S.30, S.42, S.44).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from cast import (
    House,
    approve_systems,
    enter_working_time,
    found_keys,
    make_committee,
    make_department,
    make_official,
)
from congvu.audit.models import Entry
from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.attach import attach_file
from congvu.documents.drafting.give_opinion import ask_opinion, give_opinion
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.models import Attachment, RegisterBook
from congvu.incidents.add_note import add_note
from congvu.incidents.report import report_incident
from congvu.incidents.watch_words import add_watch_word
from congvu.kit.refusal import Refusal
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, SYSTEM_ADMIN, UNIT_HEAD, Actor
from congvu.records.open import open_record
from congvu.tasks.direct import write_direction
from congvu.tasks.present import present_arrival
from congvu.tasks.report_progress import report_progress
from crawl import Route, fingerprint, routes
from letters import registered, ring, sent, small_pdf, task_on
from paperwork import drafted, refused
from staff import PASSWORD, client_for, make_account, make_posting

pytestmark = pytest.mark.django_db
TESTS = Path(__file__).resolve().parents[1]
ROLL = [
    *(f"S.{number:02d}" for number in range(1, 15)),
    *(f"S.{number}" for number in (*range(19, 25), 31, 32, 33)),
    *("S.17", "S.18", "S.27", "S.28", "S.29", "S.30", "S.42", "S.44"),
]
MARK = "Trùng-tu-7f3a"
PAYLOAD = f"{MARK}<script>alert(7)</script>\"'><img src=x onerror=alert(8)>{{{{7*7}}}}"


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@dataclass
class Stage:
    """Two agencies with everything that has an address, and a third that takes no part."""

    house: House
    committee: House
    stranger: House
    at: datetime
    numbers: list[dict[str, object]] = field(default_factory=list)

    def browser(self, who: Actor, **options: Any) -> Client:
        made = client_for(who.posting_id or 0, self.at)
        if not options:
            return made
        browser = Client(**options)
        browser.cookies = made.cookies
        return browser


@pytest.fixture
def stage(at: datetime) -> Stage:
    enter_working_time(at)
    approve_systems(at)
    house, committee = make_department(at), make_committee(at)
    made = Stage(house, committee, make_department(at, "Sở Tài chính", "STC"), at)
    found_keys(at)
    ring(at)
    made.numbers = _filled(made)
    return made


def _filled(stage: Stage) -> list[dict[str, object]]:
    """The numbers of a letter that arrived with work on it, and of a draft with files; every text
    that somebody may type is the hostile one."""
    house, at = stage.house, stage.at
    arrival = registered(stage.committee, house, at, subject=PAYLOAD)
    present_arrival(
        arrival_id=arrival.id,
        to_posting_id=house.leader.posting_id or 0,
        by=house.clerk,
        at=at,
        note=PAYLOAD,
    )
    write_direction(arrival_id=arrival.id, text=PAYLOAD, by=house.leader, at=at)
    task = task_on(arrival, house, at)
    report_progress(task_id=task.id, percent=20, text=PAYLOAD, by=house.drafter, at=at)
    record = open_record(
        title=PAYLOAD, retention_code="06", description=PAYLOAD, by=house.clerk, at=at
    )
    draft = drafted(house, at, subject=PAYLOAD)
    file = attach_file(
        document_id=draft.id, content=small_pdf(), name=f"{PAYLOAD}.pdf", by=house.drafter, at=at
    )
    colleague = house.colleague.posting_id or 0
    ask_opinion(
        document_id=draft.id, posting_ids=[colleague], question=PAYLOAD, by=house.drafter, at=at
    )
    give_opinion(document_id=draft.id, text=PAYLOAD, by=house.colleague, at=at)
    outgoing = sent(house, at, stage.committee, subject=PAYLOAD)
    ring(at)
    incident = report_incident(kind="other", text=PAYLOAD, by=house.clerk, at=at)
    add_note(incident_id=incident.id, text=PAYLOAD, by=house.leader, at=at)
    word = add_watch_word(word=PAYLOAD[:100], by=house.leader, at=at)
    common = {
        "incident_id": incident.id,
        "word_id": word.id,
        "arrival_id": arrival.id,
        "task_id": task.id,
        "record_id": record.id,
        "attachment_id": file.id,
        "book_id": RegisterBook.objects.get(agency=house.agency).id,
        "posting_id": house.leader.posting_id,
        "agency_id": stage.committee.agency.id,
        "number": 1,
        "kept_id": 1,
        "code": "KHONG-CO",
    }
    documents = (draft.id, outgoing.id, arrival.document_id)
    return [{**common, "document_id": document_id} for document_id in documents]


def walk(stage: Stage) -> Iterator[tuple[Route, str]]:
    """Every route with every set of numbers, each address once."""
    seen = set()
    for route in routes():
        for numbers in stage.numbers:
            address = route.address(numbers)
            if address not in seen:
                seen.add(address)
                yield route, address


def marks_of_tests() -> set[str]:
    """Every clause of the security list that some test says it proves."""
    found: set[str] = set()
    for file in TESTS.rglob("test_*.py"):
        for line in re.findall(r"mark\.clause\(([^)]*)\)", file.read_text("utf-8")):
            found |= set(re.findall(r"\"(S\.\d\d)\"", line))
    return found


# The roll call ------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", ROLL)
def test_every_check_of_the_list_has_its_proof(check: str):
    assert check in marks_of_tests()


# Doors --------------------------------------------------------------------------------------------


@pytest.mark.clause("S.11")
def test_a_stranger_without_an_account_opens_nothing_but_the_public_pages(stage: Stage):
    nobody = Client()
    for route, address in walk(stage):
        for answer in (nobody.get(address), nobody.post(address)):
            if not route.door.is_open:
                where = answer.headers.get("Location", "")
                is_shut = answer.status_code == 302 and where.startswith("/dang-nhap/")
                assert is_shut or address == "/he-thong-giao-dien/", address
            assert MARK not in answer.content.decode(errors="replace"), address


@pytest.mark.clause("S.11")
def test_a_page_of_a_role_is_shut_to_every_other_role(stage: Stage):
    everybody = {
        role: stage.browser(make_official(stage.house.agency, "Người Thử", role, at=stage.at))
        for role in (CLERK, LEADER, UNIT_HEAD, OFFICIAL)
    }
    for route, address in walk(stage):
        for role, browser in everybody.items():
            if route.door.roles and role not in route.door.roles:
                assert browser.get(address).status_code == 403, (role, address)


@pytest.mark.clause("S.02")
def test_before_the_first_password_is_changed_no_page_of_the_system_opens(stage: Stage):
    posting = make_posting(CLERK, LEADER)
    make_account(posting.person, stage.at, must_change=True)
    browser = client_for(posting.id, stage.at)
    for route, address in walk(stage):
        if not route.door.is_open and "password" not in route.door.stages:
            answer = browser.get(address)
            assert answer.headers.get("Location") == "/doi-mat-khau/", address


@pytest.mark.clause("S.05")
def test_an_administrator_without_the_second_factor_opens_no_page(stage: Stage):
    posting = make_posting(SYSTEM_ADMIN)
    account = make_account(posting.person, stage.at, kind="admin", own_roles=[SYSTEM_ADMIN])
    browser = Client()
    answer = browser.post("/dang-nhap/", {"username": account.username, "password": PASSWORD})
    assert answer.headers["Location"] == "/xac-thuc/dang-ky/"
    for route, address in walk(stage):
        if not route.door.is_open and "enrol" not in route.door.stages:
            assert browser.get(address).headers.get("Location") == "/xac-thuc/dang-ky/", address


# Objects ------------------------------------------------------------------------------------------


@pytest.mark.clause("S.12")
@pytest.mark.parametrize("who", ["clerk", "leader", "archivist", "head", "drafter"])
def test_another_agency_gets_nothing_of_ours_by_any_number(stage: Stage, who: str):
    browser, before = stage.browser(getattr(stage.stranger, who)), fingerprint()
    leaks = []
    for route, address in walk(stage):
        if not route.numbers or route.door.is_open:
            continue
        for answer in (browser.get(address), browser.post(address, plausible(stage))):
            says_something = MARK in answer.content.decode(errors="replace")
            if answer.status_code not in {403, 404, 405} or says_something:
                leaks.append((address, answer.status_code))
    assert leaks == []
    assert fingerprint() == before


def plausible(stage: Stage) -> dict[str, object]:
    """A form that every order would take from whoever may give it."""
    leader = stage.stranger.leader.posting_id
    words = dict.fromkeys(("reason", "text", "note", "subject", "title"), "Đã xem và làm xong.")
    return {
        **words,
        "file": SimpleUploadedFile("a.pdf", small_pdf()),
        "version": "1",
        "to": str(leader),
        "people": str(leader),
        f"part-{leader}": "lead",
        "percent": "50",
        "record": str(stage.numbers[0]["record_id"]),
        "type_code": "cong-van",
        "signer": str(leader),
    }


@pytest.mark.clause("S.12")
def test_lists_search_and_counters_of_another_agency_show_nothing_of_ours(stage: Stage):
    for who in (stage.stranger.clerk, stage.stranger.leader):
        browser = stage.browser(who)
        for route, address in walk(stage):
            if not route.numbers and not route.door.is_open:
                assert MARK not in browser.get(address).content.decode(), address
        assert MARK not in browser.get("/tim-kiem/", {"q": "trung"}).content.decode()
        counts = browser.get("/so-luong/").json()
        assert set(counts.values()) == {0}


@pytest.mark.clause("S.12")
def test_a_file_that_only_served_the_drafting_does_not_reach_the_recipient(stage: Stage):
    committee, house, at = stage.committee, stage.house, stage.at
    letter = sent(committee, at, house)
    rows = [
        Attachment.objects.create(
            agency=committee.agency,
            document=letter,
            part=part,
            name=f"{part}.pdf",
            sha256=letter.issued_file,
            mime="application/pdf",
            size=9,
            by_id=committee.drafter.posting_id,
            at=at,
        )
        for part in ("source", "appendix")
    ]
    ring(at)
    source, appendix = (f"/van-ban/{letter.id}/tep/{row.id}/" for row in rows)
    for browser, expected in (
        (stage.browser(house.clerk), (404, 200)),
        (stage.browser(committee.clerk), (200, 200)),
    ):
        assert (browser.get(source).status_code, browser.get(appendix).status_code) == expected


# Looking and forging ------------------------------------------------------------------------------


@pytest.mark.clause("S.29")
def test_looking_at_every_page_changes_nothing(stage: Stage):
    before = fingerprint()
    for who in (stage.house.clerk, stage.house.leader, stage.house.drafter):
        browser = stage.browser(who)
        for route, address in walk(stage):
            if route.name != "arrival":  # the first look is itself an act: it marks as read
                assert browser.get(address).status_code < 500, address
    assert fingerprint() == before


@pytest.mark.clause("S.29")
def test_no_page_accepts_a_form_without_its_token(stage: Stage):
    before = fingerprint()
    for who in (stage.house.clerk, stage.house.leader):
        browser = stage.browser(who, enforce_csrf_checks=True)
        for route, address in walk(stage):
            if not route.door.is_by_token:  # nobody's cookie counts there
                assert browser.post(address, {"reason": "x" * 20}).status_code == 403, address
    assert fingerprint() == before


@pytest.mark.clause("S.30")
@pytest.mark.parametrize("number", [0, 2**63, 10**30])
def test_strange_numbers_are_not_found_and_never_an_error(stage: Stage, number: int):
    browser = stage.browser(stage.house.clerk)
    stage.numbers = [dict.fromkeys(stage.numbers[0], number)]
    for route, address in walk(stage):
        answer = browser.get(address)
        assert answer.status_code < 500, address
        if route.numbers and not route.door.is_open:
            assert answer.status_code in {403, 404, 405}, address


# Hostile text -------------------------------------------------------------------------------------


def hostile_parts(page: str) -> list[str]:
    """What would run: scripts with words of their own, event attributes, foreign pictures."""
    tree = html.fromstring(page)
    found = [one.text or "" for one in tree.iter("script") if one.text and one.get("type") is None]
    for one in tree.iter():
        names = [str(name) for name in one.attrib]
        found += [name for name in names if name.startswith("on")]
        found += [value for value in one.attrib.values() if "javascript:" in value.lower()]
        found += ["img"] if one.tag == "img" and one.get("src") == "x" else []
    return found


@pytest.mark.clause("S.28")
def test_the_finder_of_hostile_parts_finds_them():
    assert len(hostile_parts(f"<p>{PAYLOAD}</p><a href='JavaScript:x()'>a</a>")) == 4


@pytest.mark.clause("S.28")
def test_hostile_text_is_text_on_every_page_that_shows_it(stage: Stage):
    shown = 0
    people = (stage.house.clerk, stage.house.leader, stage.house.drafter, stage.committee.clerk)
    for browser in map(stage.browser, people):
        for _, address in [*walk(stage), (None, "/tim-kiem/?q=trung-tu"), (None, f"/?q={PAYLOAD}")]:
            answer = browser.get(address)
            if not answer.headers["Content-Type"].startswith("text/html"):
                continue
            page = answer.content.decode()
            assert not page.strip() or hostile_parts(page) == [], address
            assert "onerror=alert(8)>49" not in page, address
            shown += MARK in page
    assert shown >= 20


@pytest.mark.clause("S.28")
def test_a_hostile_file_name_cannot_add_a_header_or_leave_its_folder(stage: Stage):
    draft, house = stage.numbers[0]["document_id"], stage.house
    browser = stage.browser(house.drafter)
    name = "../../etc/x\r\nSet-Cookie: a=b;\"'.pdf"
    upload = SimpleUploadedFile("a.pdf", small_pdf(2))
    upload._name = name
    browser.post(f"/du-thao/{draft}/dinh-kem/", {"file": upload})
    kept = Attachment.objects.filter(document_id=draft).order_by("id").last()
    assert kept is not None and not re.search(r"[/\\\r\n]", kept.name)
    answer = browser.get(f"/van-ban/{draft}/tep/{kept.id}/?tai=1")
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert "\n" not in answer.headers["Content-Disposition"]


# The log ------------------------------------------------------------------------------------------


def events_since(last: int) -> list[Entry]:
    return list(Entry.objects.filter(id__gt=last).order_by("id"))


@pytest.mark.clause("S.13")
def test_each_named_act_is_exactly_one_event_with_all_its_fields(stage: Stage):
    account = make_account(make_posting(OFFICIAL, agency=stage.house.agency).person, stage.at)
    visitor, drafter = Client(), stage.browser(stage.house.drafter)
    draft, file = stage.numbers[0]["document_id"], stage.numbers[0]["attachment_id"]
    right = {"username": account.username, "password": PASSWORD}
    acts = [
        ("auth.sign_in_failed", visitor, "/dang-nhap/", {**right, "password": "Sai-1-mat"}),
        ("auth.signed_in", visitor, "/dang-nhap/", right),
        ("auth.signed_out", visitor, "/dang-xuat/", {}),
        ("documents.downloaded", drafter, f"/van-ban/{draft}/tep/{file}/", None),
        (
            "documents.drafting.attached",
            drafter,
            f"/du-thao/{draft}/dinh-kem/",
            {"file": SimpleUploadedFile("a.pdf", small_pdf(3))},
        ),
        ("documents.drafting.detached", drafter, f"/du-thao/{draft}/go-tep/{file}/", {}),
        ("documents.drafting.opinion_given", drafter, f"/du-thao/{draft}/y-kien/", {"text": "Có"}),
        ("act.refused", drafter, f"/du-thao/{draft}/y-kien/", {"text": ""}),
        ("documents.drafting.cancelled", drafter, f"/du-thao/{draft}/huy/", {"reason": "x" * 20}),
        ("auth.signed_out_everywhere", drafter, "/tai-khoan/phien/", {}),
    ]
    for kind, browser, address, typed in acts:
        last = Entry.objects.order_by("-id").values_list("id", flat=True)[0]
        answer = browser.get(address) if typed is None else browser.post(address, typed)
        happened = events_since(last)
        assert [one.kind for one in happened] == [kind], (address, answer.status_code)
        entry = happened[0]
        assert entry.at == stage.at and entry.source_address == "127.0.0.1"
        assert entry.request_id == answer.headers["X-Request-Id"]
        is_known = kind != "auth.sign_in_failed"
        assert bool(entry.account_id and entry.person_id) is is_known, kind
        assert entry.outcome == ("done" if "failed" not in kind and "refused" not in kind else
                                 "refused")  # fmt: skip
        assert entry.object_id or kind == "act.refused", kind


@pytest.mark.clause("S.13")
def test_the_fifth_wrong_password_is_two_events_the_failure_and_the_lock(stage: Stage):
    account = make_account(make_posting(OFFICIAL).person, stage.at)
    for _ in range(5):
        Client().post("/dang-nhap/", {"username": account.username, "password": "Sai-1-mat"})
    kinds = Entry.objects.filter(object_kind="account", object_id=account.id)
    told = list(kinds.order_by("id").values_list("kind", flat=True))
    assert told == ["auth.sign_in_failed"] * 5 + ["auth.locked"]


# Duties kept apart --------------------------------------------------------------------------------


@pytest.mark.clause("S.10")
@pytest.mark.parametrize(
    "roles",
    [(LEADER,), (UNIT_HEAD,), (CLERK,), (LEADER, CLERK), (LEADER, UNIT_HEAD, CLERK, OFFICIAL)],
)
def test_whatever_roles_somebody_holds_nobody_approves_what_they_wrote(
    stage: Stage, roles: tuple[str, ...]
):
    house, at = stage.house, stage.at
    author = make_official(house.agency, "Người Nhiều Vai", *roles, unit=house.unit, at=at)
    draft = drafted(house, at, by=author)
    for chosen in ("reviewer_posting_id", "form_reviewer_posting_id"):
        with pytest.raises(Refusal) as said:
            submit_draft(
                document_id=draft.id,
                base_ordinal=1,
                by=author,
                at=at,
                **{chosen: author.posting_id},
            )
        assert said.value.code in {"documents.E116", "documents.E117", "documents.E118"}
    submit_draft(document_id=draft.id, base_ordinal=1, by=author, at=at)
    with pytest.raises(Refusal) as said:
        approve_draft(document_id=draft.id, by=author, at=at)
    assert said.value.code in {"documents.E002", "documents.E116", "documents.E119"}


@pytest.mark.clause("S.10")
def test_one_person_does_not_answer_for_content_and_form(stage: Stage):
    house, at = stage.house, stage.at
    both = make_official(house.agency, "Người Hai Việc", UNIT_HEAD, CLERK, unit=house.unit, at=at)
    draft = drafted(house, at)
    with refused("documents.E117"):
        submit_draft(
            document_id=draft.id,
            base_ordinal=1,
            by=house.drafter,
            at=at,
            reviewer_posting_id=both.posting_id,
            form_reviewer_posting_id=both.posting_id,
        )
