from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "congvu.signing"
    label = "signing"
