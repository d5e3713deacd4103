from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "congvu.documents"
    label = "documents"
