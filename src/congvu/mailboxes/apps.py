from django.apps import AppConfig

from congvu.mailboxes import refusals  # noqa: F401  (registers the texts)


class RoomConfig(AppConfig):
    name = "congvu.mailboxes"
    label = "mailboxes"
