"""Addresses of the public front."""

from __future__ import annotations

urlpatterns: list = []
