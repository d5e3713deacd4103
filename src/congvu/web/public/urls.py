"""Addresses of the public front."""

from __future__ import annotations

from django.urls import path

from congvu.web.public import check, consent, take_home

urlpatterns = [
    path("kiem-tra/", check.check, name="check"),
    path("kiem-tra/phieu/", take_home.result_sheet, name="check_sheet"),
    path("dong-y/<str:key>/", consent.my_consent, name="my_consent"),
    path("dong-y/<str:key>/mot-lan/", consent.withdraw_at_once, name="withdraw_at_once"),
    path("r/<str:key>", consent.short_link, name="short_link"),
    path("kiem-tra/<str:code>/", check.check_code, name="check_code"),
]
