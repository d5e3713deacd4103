from django.apps import AppConfig

from congvu.bulk import refusals  # noqa: F401  (registers the texts)


class RoomConfig(AppConfig):
    name = "congvu.bulk"
    label = "bulk"
