"""What pages ask about messages that came in and went out."""

from congvu.channels.queries.inbound import (
    TABS,
    InboundPage,
    InboundRow,
    inbound_list,
    inbound_page,
    next_waiting,
    tab_counts,
)

__all__ = [
    "TABS",
    "InboundPage",
    "InboundRow",
    "inbound_list",
    "inbound_page",
    "next_waiting",
    "tab_counts",
]
