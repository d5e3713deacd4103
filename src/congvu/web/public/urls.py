"""Addresses of the public front."""

from __future__ import annotations

from django.urls import path

from congvu.web.public import check

urlpatterns = [
    path("kiem-tra/", check.check, name="check"),
    path("kiem-tra/<str:code>/", check.check_code, name="check_code"),
]
