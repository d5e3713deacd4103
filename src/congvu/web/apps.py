from importlib import import_module

from django.apps import AppConfig

from congvu.kit import events


class WebConfig(AppConfig):
    name = "congvu.web"
    label = "web"

    def ready(self) -> None:
        # Reactions reach models, which exist only now.
        events.install(import_module("congvu.reactions").REACTIONS)
