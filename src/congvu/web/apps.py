from django.apps import AppConfig

from congvu import reactions
from congvu.kit import events


class WebConfig(AppConfig):
    name = "congvu.web"
    label = "web"

    def ready(self) -> None:
        events.install(reactions.REACTIONS)
