"""Addresses of text messages and of the register of brand names."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import brandnames, texts

NAMES = "quan-tri/ten-dinh-danh/"

urlpatterns = [
    path("tin-nhan/", texts.sent_texts, name="sent_texts"),
    path("tin-nhan/soan/", texts.compose, name="compose_text"),
    path("tin-nhan/dem/", texts.count, name="count_text"),
    path("tin-nhan/<int:message_id>/", texts.sent_text, name="sent_text"),
    path(NAMES, brandnames.brandnames, name="brandnames"),
    path(NAMES + "them/", brandnames.add, name="add_brandname"),
    path(NAMES + "<int:brandname_id>/cham-dut/", brandnames.end, name="end_brandname"),
]
