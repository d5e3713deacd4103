"""Addresses of what comes in by official mail, SMS and Zalo."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import (
    inbound,
    inbound_answers,
    inbound_convert,
    inbound_files,
    inbound_many,
    inbound_texts,
    two_hours,
)

ALL = "thong-tin-den/"
ONE = "thong-tin-den/<int:inbound_id>/"
FILE = ONE + "tep/<int:ordinal>/"

urlpatterns = [
    path(ALL, inbound.inbound, name="inbound"),
    path(ALL + "nhieu/", inbound_many.inbound_many, name="inbound_many"),
    path(ALL + "mau-tra-loi/", inbound_texts.decline_texts, name="decline_texts"),
    path(ALL + "mau-tra-loi/noi-dung/", inbound_texts.words, name="decline_words"),
    path(ALL + "mau-tra-loi/<int:text_id>/bo/", inbound_texts.end, name="end_decline_text"),
    path(ALL + "ket-qua/", two_hours.two_hours_page, name="two_hours"),
    path(ONE, inbound.inbound_message, name="inbound_message"),
    path(FILE, inbound_files.inbound_file, name="inbound_file"),
    path(
        FILE + "trang/<int:number>.png", inbound_files.inbound_file_page, name="inbound_file_page"
    ),
    path(ONE + "tin-goc/", inbound_files.inbound_raw, name="inbound_raw"),
    path(ONE + "chung-cu/", inbound_files.inbound_evidence, name="inbound_evidence"),
    path(ONE + "thuoc-pham-vi/", inbound.take_up_inbound, name="take_up_inbound"),
    path(ONE + "khong-thuoc-pham-vi/", inbound.decline, name="decline_inbound"),
    path(ONE + "khong-phai-xu-ly/", inbound.set_aside_inbound, name="set_aside_inbound"),
    path(ONE + "giao/", inbound_answers.assign, name="assign_inbound"),
    path(ONE + "tra-loi/", inbound_answers.answer, name="answer_inbound"),
    path(ONE + "duyet/", inbound_answers.approve, name="approve_answer"),
    path(ONE + "tra-lai/", inbound_answers.send_back, name="send_back_answer"),
    path(ONE + "van-ban-den/", inbound_convert.convert, name="convert_inbound"),
]
