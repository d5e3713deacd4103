from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "congvu.timers"
    label = "timers"
