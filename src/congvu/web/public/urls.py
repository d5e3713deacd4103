"""Addresses of the public front."""

from __future__ import annotations

from django.urls import path

from congvu.web.public import check, take_home

urlpatterns = [
    path("kiem-tra/", check.check, name="check"),
    path("kiem-tra/phieu/", take_home.result_sheet, name="check_sheet"),
    path("kiem-tra/<str:code>/", check.check_code, name="check_code"),
]
