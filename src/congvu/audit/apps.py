from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "congvu.audit"
    label = "audit"
