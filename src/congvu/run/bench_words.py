"""Text of invented documents for `congvu bench`: sentences of the Regulation itself, seeded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from congvu.kit.folding import fold, nfc, words

ACTIONS = (
    "triển khai", "báo cáo kết quả", "rà soát", "tăng cường", "đôn đốc", "góp ý dự thảo",
    "hướng dẫn", "phối hợp thực hiện", "kiểm tra", "đánh giá", "tổng kết", "đề nghị bổ sung",
)  # fmt: skip
TOPICS = (
    "cải cách hành chính", "chuyển đổi số", "phòng, chống thiên tai", "nuôi tôm hùm",
    "xây dựng nông thôn mới", "an toàn giao thông", "giải phóng mặt bằng", "tiêm chủng",
    "khai thác thủy sản", "quản lý đất đai", "thu ngân sách", "tuyển sinh", "bảo vệ rừng",
    "an toàn thực phẩm", "văn thư, lưu trữ", "chữ ký số", "dịch vụ công trực tuyến",
    "giảm nghèo bền vững", "phòng cháy, chữa cháy", "bảo tồn đầm Ô Loan",
)  # fmt: skip
PLACES = (
    "Tuy Hòa", "Sông Cầu", "Đông Hòa", "Tuy An", "Đồng Xuân", "Sơn Hòa", "Sông Hinh", "Tây Hòa",
    "Phú Hòa", "Gành Đá Đĩa", "Vũng Rô", "cao nguyên Vân Hòa",
)  # fmt: skip
SENTENCES_EACH = (4, 7)


@dataclass(frozen=True)
class Worded:
    """A document's subject, and what the search is built of (see kit.search.vector_values)."""

    subject: str
    folded_subject: str
    accented_subject: str
    folded_body: str


@dataclass(frozen=True)
class _Phrase:
    text: str
    folded: str
    accented: str


def regulation_sentences() -> list[str]:
    """The sentences of the Regulation that are long enough to be sentences."""
    text = resources.files("congvu.regulations").joinpath("texts/quy-che-03-2022.txt")
    flat = nfc(" ".join(text.read_text("utf-8").split()))
    return [one.strip() for one in flat.replace(";", ".").split(".") if len(one.split()) >= 8]


def _phrases(texts: Sequence[str]) -> list[_Phrase]:
    return [
        _Phrase(text, " ".join(fold(word) for word in words(text)), " ".join(words(text)))
        for text in texts
    ]


class Wording:
    """Makes texts one after another; the same seed makes the same texts."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 (text, not secrets)
        self._sentences = _phrases(regulation_sentences())
        self._parts = tuple(_phrases(texts) for texts in (ACTIONS, TOPICS, PLACES))

    def next_text(self, number: int) -> Worded:
        """Subject and body of the document `number`; its own code makes one word unique."""
        drawn = self._random
        parts = [drawn.choice(texts) for texts in self._parts]
        year, code = drawn.randint(2019, 2022), unique_word(number)
        body = drawn.choices(self._sentences, k=drawn.randint(*SENTENCES_EACH))
        return Worded(
            subject=f"Về việc {parts[0].text} {parts[1].text} tại {parts[2].text} năm {year}",
            folded_subject=f"ve viec {parts[0].folded} {parts[1].folded} tai {parts[2].folded} nam"
            f" {year}",
            accented_subject=f"về việc {parts[0].accented} {parts[1].accented} tại"
            f" {parts[2].accented} năm {year}",
            folded_body=" ".join([*(one.folded for one in body), code]),
        )


def unique_word(number: int) -> str:
    """A word that stands in the body of this one document."""
    return f"hs{number:07d}"
