"""Copies: asked for, decided, numbered, signed by the agency; the original stays as it is."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import ImageStat

from cast import House
from congvu.audit.models import Entry
from congvu.documents.copies.ask_copy import Wanted, ask_for_copy
from congvu.documents.copies.choose_stamps import choose_stamps
from congvu.documents.copies.competence import let_decide_on_copies, right_to_copy
from congvu.documents.copies.compose_copy import with_closing
from congvu.documents.copies.decide_copy import decide_on_copy
from congvu.documents.copies.make_copy import make_copy
from congvu.documents.copies.withdraw_authority import withdraw_authority
from congvu.documents.incoming.receive_by_hand import receive_by_hand
from congvu.documents.models import Arrival, Document, DocumentCopy, RegisterBook
from congvu.documents.types import CopyClosing
from congvu.kit import blobs, clock
from congvu.rules.legal_effect import LegalValue, Verdict, value_of_attachment
from congvu.signing import queries as signing
from congvu.signing.types import FieldName, FileState
from letters import by_hand
from paperwork import issued, refused, submitted
from scans import scan

EXTRACT = Wanted("TrS", "electronic", "electronic", "Gửi Thanh tra tỉnh", pages="1")
FROM_PAPER = Wanted("SY", "paper", "electronic", "Gửi các phòng để thực hiện")


def taken_in(house: House, at: datetime, content: bytes) -> Document:
    arrival = receive_by_hand(
        described=by_hand(symbol="12/GM-X"),
        content=content,
        file_name="quet.pdf",
        is_declared_open=True,
        by=house.clerk,
        at=at,
    )
    return Arrival.objects.get(id=arrival.id).document


def pictures(pdf: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            picture.read_raw_bytes() for page in opened.pages for picture in page.images.values()
        ]


def text_of(pdf: bytes, page: int = 0) -> str:
    with pypdfium2.PdfDocument(pdf) as opened:
        return str(opened[page].get_textpage().get_text_range())


@pytest.mark.django_db
@pytest.mark.clause("ND30.25", "ND30.26", "ND30.27", "ND30.PL1.II.I")
def test_a_scanned_paper_becomes_a_signed_electronic_copy(house: House, at: datetime) -> None:
    paper = scan(pages=2)
    document = taken_in(house, at, paper)
    asked = ask_for_copy(document_id=document.id, wanted=FROM_PAPER, by=house.leader, at=at)
    assert (asked.state, asked.decided_by_id) == ("allowed", house.leader.posting_id)
    made = make_copy(copy_id=asked.id, by=house.clerk, at=at)

    assert made.symbol == "01/SY-SNV"
    assert made.words == f"SAO Y; {house.agency.name}; 2022-02-14T09:00:00+07:00"
    file = blobs.read(made.file)
    assert pictures(file) == pictures(paper), "not one dot of the scan is changed"
    assert blobs.read(made.original_file) == paper
    report = signing.newest_report(made.file)
    assert report.state == FileState.INTACT
    assert [(one.field, one.verdict) for one in report.signatures if not one.is_time_stamp] == [
        (FieldName.COPY, Verdict.VALID)
    ]
    value = value_of_attachment(report.for_law.agency, is_copy=True)
    assert value.value is LegalValue.COPY
    entry = Entry.objects.get(kind="documents.copies.made")
    assert (entry.object_id, entry.clause) == (document.id, "ND30.25")


@pytest.mark.django_db
@pytest.mark.clause("ND30.PL1.II.I")
def test_the_line_of_the_copy_is_black_small_and_at_the_top_right(
    house: House, at: datetime, tmp_path: Path
) -> None:
    document = taken_in(house, at, scan())
    asked = ask_for_copy(document_id=document.id, wanted=FROM_PAPER, by=house.leader, at=at)
    made = make_copy(copy_id=asked.id, by=house.clerk, at=at)
    with pikepdf.open(io.BytesIO(blobs.read(made.file))) as pdf:
        page = pdf.pages[0]
        (field,) = [one for one in page.Annots if str(one.T) == FieldName.COPY]
        left, bottom, right, _ = (float(edge) for edge in field.Rect)
        width, height = (float(edge) for edge in page.mediabox[2:])
        assert left > width * 0.4
        assert right <= width
        assert bottom > height * 0.94
        look = str(field.AP.N.get("/Resources", {}))
        assert "/Image" not in look, "no picture of the seal"
    with pypdfium2.PdfDocument(blobs.read(made.file)) as pdf:
        pdf.init_forms()
        picture = pdf[0].render(scale=2, may_draw_forms=True).to_pil().convert("RGB")
    strip = picture.crop((int(left * 2), 0, int(right * 2), int((height - bottom) * 2)))
    assert min(low for low, _ in strip.getextrema()) < 60, "something black is written"
    red, green, blue = ImageStat.Stat(strip).mean
    assert max(red, green, blue) - min(red, green, blue) < 2, "and nothing in colour"


@pytest.mark.django_db
@pytest.mark.clause("ND30.PL1.II.I")
@pytest.mark.parametrize(
    ("paper", "said"),
    [(scan(dpi=100), "100 dpi"), (scan(mode="L"), "đen trắng")],
    ids=["too coarse", "grey"],
)
def test_a_poor_scan_is_not_copied_and_takes_no_number(
    house: House, at: datetime, paper: bytes, said: str
) -> None:
    document = taken_in(house, at, paper)
    asked = ask_for_copy(document_id=document.id, wanted=FROM_PAPER, by=house.leader, at=at)
    with refused("documents.E805") as refusal:
        make_copy(copy_id=asked.id, by=house.clerk, at=at)
    assert said in refusal.value.say
    assert not RegisterBook.objects.filter(direction="cpy").exists()


@pytest.mark.django_db
@pytest.mark.clause("ND30.25")
def test_an_electronic_original_has_an_extract_but_no_electronic_full_copy(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(house, at, to=[committee])
    before = blobs.read(document.issued_file)
    wanted = Wanted("SY", "electronic", "electronic", "Gửi Thanh tra tỉnh")
    with refused("documents.E803") as refusal:
        ask_for_copy(document_id=document.id, wanted=wanted, by=house.leader, at=at)
    assert "hãy gửi chính tệp ấy" in refusal.value.say

    asked = ask_for_copy(document_id=document.id, wanted=EXTRACT, by=house.leader, at=at)
    made = make_copy(copy_id=asked.id, by=house.clerk, at=at)
    assert made.symbol == "01/TrS-SNV"
    assert blobs.read(document.issued_file) == before
    file = blobs.read(made.file)
    report = signing.newest_report(made.file)
    fields = [one.field for one in report.signatures if not one.is_time_stamp]
    assert fields == [FieldName.COPY]
    assert report.state == FileState.INTACT
    assert document.symbol in text_of(file), "number and signature are drawn into the page"


@pytest.mark.django_db
@pytest.mark.clause("ND30.25")
def test_what_is_declared_paper_must_be_a_scan(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(house, at, to=[committee])
    with refused("documents.E803"):
        ask_for_copy(document_id=document.id, wanted=FROM_PAPER, by=house.leader, at=at)


@pytest.mark.django_db
@pytest.mark.clause("ND30.PL1.II.II")
def test_a_copy_on_paper_is_a_print_with_its_closing_block(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(house, at, to=[committee])
    wanted = Wanted("SY", "electronic", "paper", "Niêm yết tại trụ sở")
    asked = ask_for_copy(document_id=document.id, wanted=wanted, by=house.leader, at=at)
    made = make_copy(copy_id=asked.id, by=house.clerk, at=at)
    assert made.page_count == document.page_count, "the block stands under the text"
    last = text_of(blobs.read(made.file), made.page_count - 1)
    assert "SAO Y" in last[last.index("Nơi nhận") :]
    for words in ("SAO Y", "Số: 01/SY-SNV", house.leader.full_name, "Niêm yết tại trụ sở"):
        assert words in last
    assert made.certificate_serial == "", "signed by hand, not digitally"


@pytest.mark.clause("ND30.PL1.II.II")
@pytest.mark.parametrize("lines, pages", [(2, 1), (42, 1), (60, 2), (70, 2)])
def test_the_closing_block_stands_under_the_text_or_on_a_sheet_of_its_own(
    lines: int, pages: int
) -> None:
    """It never lies over the text, and never in the lower margin."""
    closing = CopyClosing(
        form="SAO Y",
        symbol="01/SY-SNV",
        agency_name="Sở Nội vụ",
        agency_upper_lines=("UBND TỈNH PHÚ YÊN",),
        agency_lines=("SỞ NỘI VỤ",),
        number_line="Số: 01/SY-SNV",
        date_line="Phú Yên, ngày 14 tháng 02 năm 2022",
        authority_lines=(),
        signer_title="GIÁM ĐỐC",
        signer_name="Lê Văn Thành",
        received_by=("Niêm yết;", "Lưu: VT."),
    )
    made = with_closing(lined_pdf(lines), closing, at=datetime(2022, 2, 14, 2, tzinfo=UTC))
    with pypdfium2.PdfDocument(made) as opened:
        assert len(opened) == pages
        page = opened[pages - 1]
        text = page.get_textpage()
        height = page.get_height()
        places = {
            word: [text.get_charbox(index) for index in _found(text, word)]
            for word in ("SAO Y", "Lê Văn Thành", "line")
        }
    (block,), (name,) = places["SAO Y"], places["Lê Văn Thành"]
    assert name[1] > 24 * 72 / 25.4, "clear of the lower margin"
    if pages == 1:
        assert block[3] < min(one[1] for one in places["line"]), "under the last line"
        assert height - block[3] > 10


def _found(text: pypdfium2.PdfTextPage, word: str) -> list[int]:
    search, found = text.search(word, match_case=True), []
    while (hit := search.get_next()) is not None:
        found.append(hit[0])
    return found


def lined_pdf(lines: int) -> bytes:
    """An A4 page with so many lines of text from the top down, 10 points each."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1,
                              BaseFont=pikepdf.Name.Helvetica)  # fmt: skip
    body = " ".join(f"1 0 0 1 85 {780 - 10 * k} Tm (line) Tj" for k in range(lines))
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, 595.276, 841.89],
        Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)),
        Contents=pdf.make_stream(f"BT /F1 8 Tf {body} ET".encode()),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.clause("ND30.27")
def test_others_ask_and_the_competent_person_decides(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(house, at, to=[committee])
    asked = ask_for_copy(document_id=document.id, wanted=EXTRACT, by=house.drafter, at=at)
    assert asked.state == DocumentCopy.State.ASKED
    with refused("documents.E003"):
        make_copy(copy_id=asked.id, by=house.clerk, at=at)
    with refused("documents.E808"):
        decide_on_copy(copy_id=asked.id, is_allowed=True, by=house.clerk, at=at)
    with refused("documents.E809"):
        decide_on_copy(copy_id=asked.id, is_allowed=False, by=house.leader, at=at)
    decide_on_copy(copy_id=asked.id, is_allowed=True, by=house.leader, at=at)
    assert make_copy(copy_id=asked.id, by=house.clerk, at=at).state == DocumentCopy.State.MADE
    with refused("documents.E003"):
        make_copy(copy_id=asked.id, by=house.clerk, at=at)


@pytest.mark.django_db
@pytest.mark.clause("ND30.27")
def test_the_head_may_let_the_clerk_decide_for_a_time(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(house, at, to=[committee])
    day = clock.local(at).date()
    given = {
        "posting_id": house.clerk.posting_id,
        "basis": "Điều 12 Quy chế công tác văn thư",
        "valid_from": day,
        "valid_to": day + timedelta(days=30),
    }
    with refused("documents.E002"):
        let_decide_on_copies(**given, by=house.clerk, at=at)
    let_decide_on_copies(**given, by=house.leader, at=at)
    asked = ask_for_copy(document_id=document.id, wanted=EXTRACT, by=house.clerk, at=at)
    assert (asked.state, asked.basis) == ("allowed", "Điều 12 Quy chế công tác văn thư")
    later = at + timedelta(days=31)
    with clock.frozen(later):
        asked = ask_for_copy(document_id=document.id, wanted=EXTRACT, by=house.clerk, at=later)
        assert asked.state == "asked"


@pytest.mark.django_db
@pytest.mark.clause("ND30.15.1", "ND30.PL1.II.II")
def test_all_kinds_share_one_series_that_starts_again_each_year(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(house, at, to=[committee])
    on_paper = Wanted("SY", "electronic", "paper", "Lưu hồ sơ")
    given = []
    for wanted in (EXTRACT, on_paper, EXTRACT):
        asked = ask_for_copy(document_id=document.id, wanted=wanted, by=house.leader, at=at)
        given.append(make_copy(copy_id=asked.id, by=house.clerk, at=at).symbol)
    assert given == ["01/TrS-SNV", "02/SY-SNV", "03/TrS-SNV"]
    year_later = at + timedelta(days=365)
    with clock.frozen(year_later):
        asked = ask_for_copy(document_id=document.id, wanted=on_paper, by=house.leader, at=at)
        assert make_copy(copy_id=asked.id, by=house.clerk, at=year_later).symbol == "01/SY-SNV"


@pytest.mark.django_db
@pytest.mark.clause("ND30.25")
def test_drafts_and_pages_that_are_not_there_are_not_copied(
    house: House, committee: House, at: datetime
) -> None:
    draft = submitted(house, at)
    with refused("documents.E801"):
        ask_for_copy(document_id=draft.id, wanted=EXTRACT, by=house.leader, at=at)
    document = issued(house, at, to=[committee])
    for pages in ("", "99", "hai"):
        wanted = Wanted("TrS", "electronic", "electronic", "Gửi Thanh tra", pages=pages)
        with refused("documents.E807"):
            ask_for_copy(document_id=document.id, wanted=wanted, by=house.leader, at=at)


@pytest.mark.django_db
@pytest.mark.clause("QC.4.3")
def test_another_agencys_copy_is_not_found(house: House, committee: House, at: datetime) -> None:
    document = issued(house, at, to=[committee])
    asked = ask_for_copy(document_id=document.id, wanted=EXTRACT, by=house.leader, at=at)
    with refused("documents.E001"):
        make_copy(copy_id=asked.id, by=committee.clerk, at=at)


@pytest.mark.django_db
@pytest.mark.clause("ND30.33.2", "ND30.PL1.II.I")
def test_where_the_agency_has_so_chosen_a_scan_carries_the_seal(house: House, at: datetime) -> None:
    choose_stamps(
        valid_from=at.date(),
        look="tt01",
        stamps_when_registered=False,
        basis="Thông tư 01/2019/TT-BNV",
        by=house.leader,
        at=at,
    )
    document = taken_in(house, at, scan())
    asked = ask_for_copy(document_id=document.id, wanted=FROM_PAPER, by=house.leader, at=at)
    made = make_copy(copy_id=asked.id, by=house.clerk, at=at)
    file = blobs.read(made.file)
    with pikepdf.open(io.BytesIO(file)) as pdf:
        field = pdf.pages[0].Annots[
            0
        ]  # behind it stands the stamp over the file, which shows nothing
        _, bottom, right, top = (float(edge) for edge in field.Rect)
        width, height = (float(edge) for edge in pdf.pages[0].mediabox[2:])
    assert (right > width * 0.9, top > height * 0.9, bottom > height * 0.8) == (True, True, True)
    with pypdfium2.PdfDocument(file) as pdf:
        pdf.init_forms()
        picture = pdf[0].render(scale=2, may_draw_forms=True).to_pil().convert("RGB")
    seal = picture.crop(
        (
            int((right - 100) * 2),
            int((height - top) * 2),
            int(right * 2),
            int((height - bottom) * 2),
        )
    )
    dots = seal.tobytes()
    colours = zip(dots[::3], dots[1::3], dots[2::3], strict=True)
    reds = sum(1 for red, green, blue in colours if red > 150 and green < 90 and blue < 90)
    assert reds > 500, "the red seal in its real size"
    assert signing.newest_report(made.file).agency_is_valid

    paper = Wanted("SY", "paper", "paper", "Gửi các phòng để thực hiện")
    print_asked = ask_for_copy(document_id=document.id, wanted=paper, by=house.leader, at=at)
    assert make_copy(copy_id=print_asked.id, by=house.clerk, at=at).certificate_serial == ""


@pytest.mark.django_db
@pytest.mark.clause("ND30.27")
def test_a_right_to_decide_ends_when_it_is_withdrawn(house: House, at: datetime) -> None:
    given = let_decide_on_copies(
        posting_id=house.head.posting_id,
        basis="Quy chế công tác văn thư",
        valid_from=at.date(),
        by=house.leader,
        at=at,
    )
    assert right_to_copy(house.head, at) == "Quy chế công tác văn thư"
    with refused("documents.E002"):
        withdraw_authority(authority_id=given.id, by=house.clerk, at=at)
    withdraw_authority(authority_id=given.id, by=house.leader, at=at)
    assert right_to_copy(house.head, at) == ""
    with refused("documents.E828"):
        withdraw_authority(authority_id=given.id, by=house.leader, at=at)
