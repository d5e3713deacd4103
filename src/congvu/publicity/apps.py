from django.apps import AppConfig

from congvu.publicity import refusals  # noqa: F401  (registers the texts)


class RoomConfig(AppConfig):
    name = "congvu.publicity"
    label = "publicity"
