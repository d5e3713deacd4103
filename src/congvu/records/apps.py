from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "congvu.records"
    label = "records"
