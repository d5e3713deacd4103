"""Fetch the files that came as addresses: from known hosts, bounded, through the gate."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.channels.adapters.zalo_http import Trouble, file_hosts, get_file
from congvu.channels.models import InboundFile, InboundMessage
from congvu.channels.providers import facts_of
from congvu.channels.take_in_zalo import WAITS
from congvu.kit import blobs, wall
from congvu.kit.gate import PROFILES, Entrance, pass_gate
from congvu.kit.refusal import Refusal
from congvu.rules.clauses import clause

MOST_BYTES = PROFILES[Entrance.CHAT].most_bytes or 0
LOST = "Không tải được tệp từ Zalo. Hãy đề nghị người gửi gửi lại hoặc nộp trực tiếp."


@clause("QC.4.1", "S.31", "S.33")
def fetch_files(*, inbound_id: int, is_last_try: bool, at: datetime) -> bool:
    """Whether nothing is left to fetch. A file that was fetched is not fetched again."""
    with wall.crossing_agencies():
        inbound = InboundMessage.objects.select_related("provider").get(id=inbound_id)
        links = dict(enumerate((link for _, link in inbound.facts.get("links", [])), start=1))
        waiting = [(one.id, one.ordinal) for one in inbound.files.filter(said=WAITS)]
        secrets = facts_of(inbound.provider).secrets
    hosts = file_hosts(secrets)
    left = 0
    for file_id, ordinal in waiting:
        try:
            content = get_file(str(links[ordinal]), hosts, MOST_BYTES)
        except ValueError as foreign:
            _note(file_id, {"said": str(foreign)[:500]})
        except Trouble:
            left += not is_last_try
            if is_last_try:
                _note(file_id, {"said": LOST})
        else:
            _keep(file_id, content, inbound.agency_id)
    return left == 0


def _keep(file_id: int, content: bytes, agency_id: int) -> None:
    """Through the gate and into the store, or the words of the gate."""
    with wall.crossing_agencies():
        name = InboundFile.objects.get(id=file_id).name
    try:
        passed = pass_gate(content, name, entrance=Entrance.CHAT, agency_id=agency_id)
    except Refusal as refused:
        _note(file_id, {"said": refused.say[:500], "size": len(content)})
        return
    with wall.crossing_agencies():
        stored = blobs.keep(content, passed.mime, held=passed.is_held)
    doubt = passed.doubt.explanation if passed.doubt else ""
    _note(
        file_id,
        {
            "name": passed.name,
            "mime": passed.mime,
            "size": passed.size,
            "sha256": stored.sha256,
            "said": doubt[:500],
        },
    )


def _note(file_id: int, values: dict[str, object]) -> None:
    with wall.crossing_agencies(), transaction.atomic():
        InboundFile.objects.filter(id=file_id, said=WAITS).update(**values)
