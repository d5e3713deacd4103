"""Addresses of the desk; each group of pages keeps its own lines."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import (
    arrival_orders,
    counts,
    evidence,
    files,
    incoming,
    intake,
    my_work,
    records,
    search,
    tasks,
    urls_account,
    urls_copies,
    urls_custody,
    urls_incidents,
    urls_outgoing,
)

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
    path("van-ban/<int:document_id>/muc-do/", files.relabel, name="relabel_document"),
    path("van-ban/<int:document_id>/tai-co-mat-khau/", files.protected_file, name="protected_file"),
    path("van-ban-den/", incoming.incoming, name="incoming"),
    path("van-ban-den/nhap/", intake.intake, name="intake"),
    path("van-ban-den/trung/", intake.duplicates, name="duplicates"),
    path("van-ban-den/<int:arrival_id>/", incoming.arrival, name="arrival"),
    path(
        "van-ban-den/<int:arrival_id>/tiep-nhan/",
        arrival_orders.register,
        name="register_arrival",
    ),
    path(
        "van-ban-den/<int:arrival_id>/tra-lai/",
        arrival_orders.hand_back,
        name="hand_back_arrival",
    ),
    path("van-ban-den/<int:arrival_id>/trinh/", arrival_orders.present, name="present_arrival"),
    path("van-ban-den/<int:arrival_id>/but-phe/", arrival_orders.direct, name="direct_arrival"),
    path(
        "van-ban-den/<int:arrival_id>/dong-y-thu-hoi/",
        arrival_orders.agree,
        name="agree_to_recall",
    ),
    path(
        "van-ban-den/<int:arrival_id>/tu-choi-thu-hoi/",
        arrival_orders.refuse,
        name="refuse_recall",
    ),
    path("van-ban-den/<int:arrival_id>/chung-cu/", evidence.evidence, name="evidence"),
    path("tim-kiem/", search.search, name="search"),
    path("giao-viec/", tasks.tasks, name="tasks"),
    path("giao-viec/<int:task_id>/", tasks.task, name="task"),
    path("giao-viec/<int:task_id>/nhan/", tasks.accept, name="accept_task"),
    path("giao-viec/<int:task_id>/tien-do/", tasks.report, name="report_progress"),
    path("giao-viec/<int:task_id>/hoan-thanh/", tasks.close, name="close_task"),
    path("giao-viec/<int:task_id>/tam-dung/", tasks.suspend, name="suspend_task"),
    path("giao-viec/<int:task_id>/tiep-tuc/", tasks.resume, name="resume_task"),
    path("thong-bao/", tasks.notices, name="notices"),
    path("ho-so/", records.records, name="records"),
    path("ho-so/mo/", records.open_new, name="open_record"),
    path("ho-so/<int:record_id>/", records.record, name="record"),
    path("ho-so/<int:record_id>/ket-thuc/", records.close, name="close_record"),
    path("ho-so/<int:record_id>/mo-lai/", records.reopen, name="reopen_record"),
    path("ho-so/<int:record_id>/muc-luc/", records.index, name="record_index"),
    path("van-ban/<int:document_id>/dua-vao-ho-so/", records.put_document, name="file_document"),
    *urls_account.urlpatterns,
    *urls_custody.urlpatterns,
    *urls_incidents.urlpatterns,
    *urls_outgoing.urlpatterns,
    *urls_copies.urlpatterns,
]
