"""Bulk sending of the demonstration: two templates, an order that went out, one that waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from channel_double import Double, make_provider, stand_in
from congvu.bulk.models import BulkOrder, TemplateVersion
from congvu.channels.types import SMS
from congvu.kit import clock
from congvu.run import demo
from congvu.run.demo_bulk import seed_bulk
from staff import LightArgon2


@pytest.mark.django_db(transaction=True)
def test_two_templates_and_two_orders_are_there_once(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{LightArgon2.__module__}.{LightArgon2.__name__}"]
    stand_in(settings)
    at = datetime.fromisoformat("2022-03-01T14:00:00+07:00")
    with clock.frozen(at):
        demo.seed(at)
        assert not seed_bulk(at)  # nobody to bring them: nothing is promised
        make_provider(SMS, at)
        assert seed_bulk(at) and not seed_bulk(at)
    assert [one.state for one in TemplateVersion.objects.all()] == ["approved", "approved"]
    orders = BulkOrder.objects.order_by("id")
    found = [(one.state, one.rows_by_state, one.messages_by_state) for one in orders]
    assert found == [
        ("done", {"queued": 12}, {"sent": 12}),
        ("submitted", {"good": 8, "wrong": 1}, {}),
    ]
    assert len(Double.sent) == 12
