from django.apps import AppConfig

from congvu.channels import refusals  # noqa: F401  (registers the texts)


class RoomConfig(AppConfig):
    name = "congvu.channels"
    label = "channels"
