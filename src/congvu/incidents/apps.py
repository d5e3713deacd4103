from django.apps import AppConfig

from congvu.incidents import refusals  # noqa: F401  (registers the texts)


class RoomConfig(AppConfig):
    name = "congvu.incidents"
    label = "incidents"
