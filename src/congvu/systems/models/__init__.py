"""The rows of systems."""

from congvu.systems.models.account import (
    AccountKeeper,
    AccountStep,
    ImpostorCase,
    OfficialAccount,
)
from congvu.systems.models.approved import ApprovedSystem, ExceptionGrant

__all__ = [
    "AccountKeeper",
    "AccountStep",
    "ApprovedSystem",
    "ExceptionGrant",
    "ImpostorCase",
    "OfficialAccount",
]
