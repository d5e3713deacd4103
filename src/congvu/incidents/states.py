"""States of an incident, and the transitions that exist."""

from __future__ import annotations

from congvu.incidents.models import Incident
from congvu.kit.refusal import refuse_unless

_State = Incident.State
TRANSITIONS: dict[str, frozenset[str]] = {
    _State.OPEN: frozenset({_State.IN_HAND, _State.CLOSED}),
    _State.IN_HAND: frozenset({_State.CLOSED}),
}


def become(incident: Incident, state: str) -> None:
    """Give a locked incident its new state, or refuse; the caller saves it."""
    is_known = state in TRANSITIONS.get(incident.state, frozenset())
    refuse_unless(is_known, "incidents.E004", state=incident.get_state_display())
    incident.state = state
