from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "congvu.orgs"
    label = "orgs"
