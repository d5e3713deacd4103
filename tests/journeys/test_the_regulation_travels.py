"""The Regulation itself travels the whole way, at its real dates: the story of `congvu play`, told on
the test database behind the real walls, with the real worker, and looked at from every side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from congvu.audit.models import Entry
from congvu.documents.models import (
    Arrival,
    Document,
    DraftVersion,
    Issue,
    Numbering,
    RegisterBook,
    Registration,
    Review,
    SearchEntry,
    Signing,
)
from congvu.documents.queries.found import find_documents
from congvu.documents.queries.public import issued_by_code, issued_by_file
from congvu.exchange.models import Delivery, Receipt
from congvu.kit import blobs, clock, wall
from congvu.orgs.models import Agency
from congvu.records.models import Filing, Record
from congvu.run import demo_rows, play_theatre
from congvu.run.play_stage import Stage
from congvu.run.play_story import Script, Told, tell
from congvu.tasks.models import Direction, Escalation, Task
from congvu.timers.models import Timer

MONDAY = clock.at_vietnam(2022, 2, 7, 7, 30)
NUMBERS = "SELECT book_id, array_agg(number ORDER BY number) FROM {table} GROUP BY book_id"


@pytest.fixture
def stage(transactional_db: None, tmp_path: Path) -> Iterator[Stage]:
    """A province at work on 1 January 2022."""
    stage = Stage(tmp_path / "play", is_quiet=True)
    stage.set_clock("01/01/2022 08:00")
    with clock.frozen(stage.at):
        demo_rows.seed(stage.at, {"chutich.ubnd": "Trần Hữu Thế"})
    yield stage


def receipts(document: Document) -> dict[int, list[str]]:
    """The status messages about a document by the agency that has it, in the order of noting."""
    found: dict[int, list[str]] = {}
    for one in Receipt.objects.filter(document=document).order_by("at", "id"):
        other = one.to_agency_id if one.code == "13" else one.from_agency_id
        found.setdefault(other, []).append(one.code)
    return found


@pytest.mark.clause(
    "QC.3.1", "QC.5.1", "QC.5.3", "QC.7.1", "QC.8.1", "QC.9.1", "ND30.15.1", "ND30.18", "ND30.22"
)
def test_the_regulation_travels_the_whole_way(stage: Stage) -> None:
    script = play_theatre.script_of(play_theatre.regulation_text())
    told = tell(stage, script)
    play_theatre.write_papers(stage, told)
    assert play_theatre.check(stage, told) == []

    _the_decision_is_what_it_should_be(stage, told, script)
    _everybody_has_it_once_and_counts_from_the_same_morning(told)
    _every_traffic_has_its_sequence(told)
    _numbers_have_no_gap(told)
    _the_work_was_done_in_order(told)
    _late_work_was_reminded(told)
    _the_recalled_letter_is_gone_and_its_trace_is_there(told)
    _the_record_holds_both(stage)
    _nothing_is_left_over()
    _the_papers_are_whole(stage)
    _the_walls_hold(told)


def _the_decision_is_what_it_should_be(stage: Stage, told: Told, script: Script) -> None:
    decision = told.decision
    assert (decision.symbol, decision.issued_on) == ("03/2022/QĐ-UBND", date(2022, 1, 31))
    assert decision.in_force_on == date(2022, 2, 18)
    assert decision.is_legal_normative
    assert decision.signer_name == "Trần Hữu Thế"
    assert list(
        DraftVersion.objects.filter(document=decision).values_list("ordinal", flat=True)
    ) == [
        1,
        2,
    ]
    assert Counter(Review.objects.filter(document=decision).values_list("decision", flat=True)) == {
        "approved": 2,
        "sent_back": 1,
    }
    parts = Signing.objects.filter(document=decision).values_list("part", flat=True)
    assert list(parts) == ["person", "number", "seal"]
    file = blobs.read(decision.issued_file)
    assert file.startswith(blobs.read(decision.base_file))  # only ever added to
    assert Issue.objects.get(document=decision).file == decision.issued_file
    assert Issue.objects.get(document=decision).deadline_finding["is_late"] is False
    assert issued_by_code(decision.check_code) == issued_by_file(decision.issued_file)
    assert len(script.text) > 15_000  # the real text, not a sample


def _everybody_has_it_once_and_counts_from_the_same_morning(told: Told) -> None:
    decision = told.decision
    arrivals = Arrival.objects.filter(document=decision)
    everybody = Agency.objects.exclude(id=decision.agency_id).count()
    assert everybody > 130  # three levels: the province, its departments, districts, communes
    assert arrivals.count() == Delivery.objects.filter(document=decision).count() == everybody
    for arrival in arrivals:
        assert arrival.sent_at == decision.issued_at == clock.at_vietnam(2022, 1, 31, 9, 10)
        assert arrival.entered_at.date() == date(2022, 1, 31)  # technically at once
        assert arrival.received_at == MONDAY
        assert arrival.acknowledged_at == clock.at_vietnam(2022, 2, 7, 7, 40)
        found = arrival.findings["received_at"]
        assert found["clause"]
        assert "07:30 thứ Hai 07/02/2022" in found["explanation"]
    agencies = SearchEntry.objects.get(document=decision).agencies
    assert len(agencies) == len(set(agencies)) == everybody + 1


def _every_traffic_has_its_sequence(told: Told) -> None:
    assert set(map(tuple, receipts(told.decision).values())) == {("01", "03")}
    proposal = receipts(told.proposal)
    assert list(proposal.values()) == [["01", "03", "04", "05", "06"]]
    code = dict(Agency.objects.values_list("id", "code"))
    request = {code[agency]: seen for agency, seen in receipts(told.request).items()}
    assert request.pop("sgtvt") == ["01", "02"]
    assert request.pop("ubnd-tuy-an") == ["01", "03", "04", "05", "06"]
    assert request.pop("ubnd-tuy-hoa") == ["01", "03", "04", "05", "06"]
    assert set(map(tuple, request.values())) == {("01",)}
    assert list(receipts(told.letter).values()) == [["01", "13", "15"]]
    assert Receipt.objects.filter(noted_at=None).count() == 0
    for delivery in Delivery.objects.all():
        assert delivery.attempts == 1
        newest = Receipt.objects.filter(delivery=delivery).order_by("-at", "-id").first()
        assert newest is not None
        assert delivery.state == newest.code


def _numbers_have_no_gap(told: Told) -> None:
    for table, start in (("documents_numbering", True), ("documents_registration", False)):
        with connection.cursor() as cursor:
            cursor.execute(NUMBERS.format(table=table))
            for book_id, numbers in cursor.fetchall():
                book = RegisterBook.objects.get(id=book_id)
                first = book.taken_over_at_number + 1 if start else 1
                assert numbers == list(range(first, first + len(numbers))), str(book)
                assert book.last_number == numbers[-1]
    assert Numbering.objects.get(document=told.decision).number == 3
    assert Numbering.objects.get(document=told.proposal).number == 45
    registered = Arrival.objects.filter(document=told.decision).count()
    assert Registration.objects.count() == registered + 3


def _the_work_was_done_in_order(told: Told) -> None:
    answered = Task.objects.get(closed_with=told.decision)
    assert (answered.state, answered.arrival.document_id) == ("done", told.proposal.id)
    assert told.decision.reply_to_id == told.proposal.id
    reported = Task.objects.get(closed_with=told.report)
    assert reported.percent == 100
    assert reported.arrival.state == "done"
    assert told.report.reply_to_id == told.request.id
    monday = Arrival.objects.get(document=told.report)
    assert monday.entered_at.astimezone(clock.VIETNAM).strftime("%a %H:%M") == "Fri 18:40"
    assert monday.received_at == clock.at_vietnam(2022, 2, 14, 7, 30)
    assert Direction.objects.count() == Task.objects.count() == 3
    assert Task.objects.exclude(state="done").count() == 0
    assert set(Timer.objects.values_list("state", flat=True)) == {"stopped"}


def _late_work_was_reminded(told: Told) -> None:
    rungs = Counter(Escalation.objects.values_list("rung", flat=True))
    assert rungs == {"warning": 1, "broken": 2, "late": 2}  # the lead; then the giver as well
    late = Task.objects.get(
        id=Escalation.objects.values_list("task_id", flat=True).distinct().get()
    )
    assert late.closed_at > late.due_at == clock.at_vietnam(2022, 2, 15, 17)


def _the_recalled_letter_is_gone_and_its_trace_is_there(told: Told) -> None:
    letter = told.letter
    letter.refresh_from_db()
    arrival = Arrival.objects.get(document=letter)
    assert (letter.state, arrival.state) == ("recalled", "recalled")
    with clock.frozen(clock.at_vietnam(2022, 2, 18, 9)), transaction.atomic():
        wall.enter_agency(arrival.agency_id)
        assert not Document.objects.filter(id=letter.id).exists()
        assert Arrival.objects.filter(id=arrival.id).exists()
    kinds = set(Entry.objects.filter(object_id=letter.id).values_list("kind", flat=True))
    assert {"documents.outgoing.recalled", "documents.incoming.recall_agreed"} <= kinds
    assert blobs.read(letter.issued_file)  # the sender keeps what it issued


def _the_record_holds_both(stage: Stage) -> None:
    record = Record.objects.get()
    assert record.state == "closed"
    assert list(Filing.objects.order_by("ordinal").values_list("ordinal", flat=True)) == [1, 2]
    assert (stage.out / f"muc-luc-{record.code}.pdf").read_bytes() == blobs.read(record.index_file)


def _nothing_is_left_over() -> None:
    stuck = ProcrastinateJob.objects.exclude(status="succeeded").exclude(scheduled_at__isnull=False)
    assert list(stuck.values_list("task_name", "status")) == []
    assert not ProcrastinateJob.objects.filter(attempts__gt=1).exists()


def _the_papers_are_whole(stage: Stage) -> None:
    papers = {one.name: one.read_bytes() for one in stage.out.iterdir()}
    assert {"03-2022-QĐ-UBND.pdf", "gui-nhan.json"} <= set(papers)
    assert sum(name.startswith("so-in-") for name in papers) >= 1
    assert sum(name.startswith("so-out-") for name in papers) >= 1
    assert sum(name.startswith("chung-cu-") for name in papers) == 3
    for name, content in papers.items():
        assert content.startswith(b"%PDF-" if name.endswith(".pdf") else b"{"), name
    assert papers["gui-nhan.json"].decode().count('"state": "03"') > 130


def _the_walls_hold(told: Told) -> None:
    """Each of ten agencies sees its own arrivals and nothing of the province's drafting."""
    at = datetime.fromisoformat("2022-02-18T09:00:00+07:00")
    stage = Stage(Path("/tmp"), is_quiet=True)
    stage.at = at
    for agency in Agency.objects.exclude(id=told.decision.agency_id).order_by("-id")[:10]:
        clerk = stage.clerk_of(agency.id)
        with stage.acting(clerk):
            assert set(Arrival.objects.values_list("agency_id", flat=True)) == {agency.id}
            assert not DraftVersion.objects.exists()
            assert not Review.objects.exists()
            (row,) = find_documents(clerk, "03/2022/qd-ubnd")
            assert row.document_id == told.decision.id
            assert find_documents(clerk, "lam viec tren moi truong dien tu")[0].number == 1
