"""Addresses of the accounts of others, of who stands in for whom, of the calendar."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import accounts, stand_ins, work_calendar

ONE = "quan-tri/tai-khoan/<int:account_id>/"

urlpatterns = [
    path("quan-tri/tai-khoan/", accounts.accounts, name="accounts"),
    path("quan-tri/tai-khoan/mo/", accounts.open_new, name="open_account"),
    path(ONE, accounts.managed, name="managed_account"),
    path(ONE + "mo-khoa/", accounts.open_lock, name="unlock_account"),
    path(ONE + "mat-khau/", accounts.new_password, name="reset_password"),
    path(ONE + "go-xac-thuc/", accounts.drop_factors, name="reset_factor"),
    path(ONE + "mo-lai/", accounts.reopen, name="reopen_account"),
    path("lich-lam-viec/", work_calendar.work_calendar, name="work_calendar"),
    path("lich-lam-viec/tam-ngung/", work_calendar.close, name="close_office"),
    path("uy-quyen/", stand_ins.stand_ins, name="stand_ins"),
    path("uy-quyen/giao-ky/", stand_ins.delegate, name="delegate_signing"),
    path("uy-quyen/<int:delegation_id>/cham-dut/", stand_ins.revoke, name="revoke_delegation"),
    path("uy-quyen/vang-mat/", stand_ins.absent, name="set_absence"),
    path(ONE + "dong/", accounts.close, name="close_account"),
]
