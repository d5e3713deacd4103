"""Addresses of the channels' own administration."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import channel_figures, channel_providers

ALL = "quan-tri/kenh/"
PROVIDERS = ALL + "nha-cung-cap/"
ONE = PROVIDERS + "<int:provider_id>/"

urlpatterns = [
    path(ALL, channel_figures.channels_page, name="channels"),
    path(ALL + "so-lieu/", channel_figures.figures, name="channel_figures"),
    path(ALL + "dia-chi/", channel_figures.own_addresses, name="own_addresses"),
    path(
        ALL + "dia-chi/<int:address_id>/ket-thuc/",
        channel_figures.end_own_address,
        name="end_own_address",
    ),
    path(
        ALL + "dia-chi/<int:address_id>/cach-viet/",
        channel_figures.choose_address_marks,
        name="choose_address_marks",
    ),
    path(PROVIDERS, channel_providers.channel_providers, name="channel_providers"),
    path(PROVIDERS + "them/", channel_providers.add_channel_provider, name="add_channel_provider"),
    path(ONE, channel_providers.channel_provider, name="channel_provider"),
    path(ONE + "gui-thu/", channel_providers.try_channel_provider, name="try_channel_provider"),
    path(
        ONE + "chuyen/", channel_providers.switch_channel_provider, name="switch_channel_provider"
    ),
]
