from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "congvu.kit"
    label = "kit"
