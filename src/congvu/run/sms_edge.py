"""The SMS edge as a process: `python -m congvu.run.sms_edge` (started by `congvu up`).

Holds the lines to the SMPP providers that administrators registered; see docs/runbook/sms.md.
"""

from __future__ import annotations

import importlib
import signal
import sys
import threading

import django
from django.conf import settings


def main() -> int:
    """Serve until SIGTERM."""
    django.setup()
    edge = importlib.import_module("congvu.channels.adapters.sms_edge")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    edge.serve(settings.SMS_EDGE, stopping)
    return 0


if __name__ == "__main__":
    sys.exit(main())
