from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "congvu.tasks"
    label = "tasks"
