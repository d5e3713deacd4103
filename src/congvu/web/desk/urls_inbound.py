"""Addresses of what comes in by official mail, SMS and Zalo."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import inbound

ONE = "thong-tin-den/<int:inbound_id>/"

urlpatterns = [
    path("thong-tin-den/", inbound.inbound, name="inbound"),
    path(ONE, inbound.inbound_message, name="inbound_message"),
    path(ONE + "thuoc-pham-vi/", inbound.take_up_inbound, name="take_up_inbound"),
    path(ONE + "khong-thuoc-pham-vi/", inbound.decline, name="decline_inbound"),
    path(ONE + "khong-phai-xu-ly/", inbound.set_aside_inbound, name="set_aside_inbound"),
]
