"""What the forms of the desk post (see web.shell.days)."""

from congvu.web.shell.days import read_day, read_id, read_moment

__all__ = ["read_day", "read_id", "read_moment"]
