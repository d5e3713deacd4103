"""The mail edge as a process: `python -m congvu.run.mail_edge` (started by `congvu up`).

Listens on `CONGVU_LMTP_BIND`:`CONGVU_LMTP_PORT` for the MTA of the province; see
docs/runbook/mail.md.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import sys

import django


def main() -> int:
    """Serve until SIGTERM."""
    django.setup()
    edge = importlib.import_module("congvu.channels.adapters.lmtp")
    host = os.environ.get("CONGVU_LMTP_BIND", "127.0.0.1")
    asyncio.run(edge.serve(host, int(os.environ["CONGVU_LMTP_PORT"])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
