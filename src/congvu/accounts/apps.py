from django.apps import AppConfig

from congvu.accounts import refusals  # noqa: F401  (registers the texts)


class RoomConfig(AppConfig):
    name = "congvu.accounts"
    label = "accounts"
