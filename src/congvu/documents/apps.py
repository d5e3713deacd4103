from django.apps import AppConfig

from congvu.documents.copies import refusals as of_copies  # noqa: F401  (registers the texts)
from congvu.documents.incoming import refusals as of_incoming  # noqa: F401  (registers the texts)
from congvu.documents.outgoing import refusals as of_outgoing  # noqa: F401  (registers the texts)


class RoomConfig(AppConfig):
    name = "congvu.documents"
    label = "documents"
