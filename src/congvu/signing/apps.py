from django.apps import AppConfig

from congvu.signing import refusals  # noqa: F401  (registers the texts)


class RoomConfig(AppConfig):
    name = "congvu.signing"
    label = "signing"
