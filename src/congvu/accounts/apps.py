from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "congvu.accounts"
    label = "accounts"
