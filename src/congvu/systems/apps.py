from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "congvu.systems"
    label = "systems"
