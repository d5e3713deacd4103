from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "congvu.exchange"
    label = "exchange"
