"""Kiểm tra văn bản: what a visitor without an account may type."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    [
        "YYA6Q6ACYZXADCV39Q8JC",
        " yya6q6acyzxadcv39q8jc ",
        "http://127.0.0.1:8022/kiem-tra/YYA6Q6ACYZXADCV39Q8JC/",
        "vanban.example.vn/kiem-tra/YYA6Q6ACYZX ADCV39Q8JC",
    ],
)
def test_the_code_is_found_in_what_was_copied_from_the_paper(typed: str) -> None:
    answer = Client().post("/kiem-tra/", {"code": typed})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/kiem-tra/YYA6Q6ACYZXADCV39Q8JC/"


def test_only_slashes_are_no_code_and_no_fault() -> None:
    assert Client().post("/kiem-tra/", {"code": "///"}).status_code == 302


def test_an_unknown_code_is_answered_plainly() -> None:
    answer = Client().get("/kiem-tra/YYA6Q6ACYZXADCV39Q8JC/")
    assert answer.status_code == 404
    assert "Kiểm tra văn bản" in answer.content.decode()


def test_the_visitor_finds_the_check_from_the_sign_in_page() -> None:
    assert 'href="/kiem-tra/"' in Client().get("/dang-nhap/").content.decode()
