"""Addresses of copies of documents and of the stamp of arrival."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import arrival_stamp, copies, copy_orders, copy_settings, plugin_agency

COPY = "ban-sao/<int:copy_id>/"
STAMP = "van-ban-den/<int:arrival_id>/dau-den/"

urlpatterns = [
    path("van-ban/<int:document_id>/sao/", copies.ask_copy, name="ask_copy"),
    path("ban-sao/", copies.copies, name="copies"),
    path("ban-sao/tham-quyen/", copy_settings.copy_settings, name="copy_settings"),
    path("ban-sao/tham-quyen/giao/", copy_settings.give, name="give_copy_authority"),
    path(
        "ban-sao/tham-quyen/<int:authority_id>/thoi/",
        copy_settings.withdraw,
        name="withdraw_copy_authority",
    ),
    path("ban-sao/cach-the-hien/", copy_settings.choose, name="choose_stamps"),
    path(COPY, copies.copy, name="copy"),
    path(COPY + "quyet-dinh/", copy_orders.decide, name="decide_copy"),
    path(COPY + "sao/", copy_orders.make, name="make_copy"),
    path(COPY + "tep/", copy_orders.copy_file, name="copy_file"),
    path(COPY + "tai-co-mat-khau/", copy_orders.protected_copy, name="protected_copy"),
    path(COPY + "trang/<int:number>.png", copy_orders.copy_page, name="copy_page"),
    path(COPY + "kiem-tra-chu-ky/", copy_orders.check_copy, name="check_copy"),
    path(COPY + "phan-mem-ky/", plugin_agency.copy_with_plugin, name="copy_with_plugin"),
    path(STAMP, arrival_stamp.stamp, name="stamp_arrival"),
    path(STAMP + "phan-mem-ky/", plugin_agency.stamp_with_plugin, name="stamp_with_plugin"),
    path(STAMP + "tep/", arrival_stamp.stamped_file, name="stamped_file"),
    path(STAMP + "trang/<int:number>.png", arrival_stamp.stamped_page, name="stamped_page"),
]
