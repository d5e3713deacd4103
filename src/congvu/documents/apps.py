from django.apps import AppConfig

from congvu.documents.incoming import refusals  # noqa: F401  (registers the texts)


class RoomConfig(AppConfig):
    name = "congvu.documents"
    label = "documents"
