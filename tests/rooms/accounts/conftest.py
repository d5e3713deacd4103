"""Cheap password hashing and a running person for the tests of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from congvu.accounts.models import Account
from congvu.orgs.types import OFFICIAL
from staff import make_account, make_posting


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@pytest.fixture
def account(light_hashing: None, db: None, at: datetime) -> Account:
    """An official's daily account, active, with staff.PASSWORD."""
    return make_account(make_posting(OFFICIAL).person, at)
