"""Addresses of the desk; each group of pages keeps its own lines."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import counts, files, my_work

urlpatterns = [
    path("", my_work.my_work, name="my_work"),
    path("so-luong/", counts.counts, name="counts"),
    path("van-ban/<int:document_id>/tep/", files.document_pdf, name="document_pdf"),
    path(
        "van-ban/<int:document_id>/trang/<int:number>.png",
        files.document_page,
        name="document_page",
    ),
    path(
        "van-ban/<int:document_id>/tep/<int:attachment_id>/",
        files.attachment_file,
        name="attachment_file",
    ),
]
