"""Two texts of one draft: a newer version, or another tab. Both are shown and both are kept.

Nothing is chosen for anybody: saving again puts one's own text on top, the other stays in its
version or its tab.
"""

from __future__ import annotations

from typing import Any

from congvu.documents.models import Autosave, DraftVersion
from congvu.documents.queries.document import DocumentPage
from congvu.documents.types import draft_from_json
from congvu.web.desk.differences import differences
from congvu.web.desk.draft_form import content_values
from congvu.web.environment import moment

CONFLICTS = frozenset({"documents.E105", "documents.E133"})


def conflict_of(
    page: DocumentPage, other: Autosave | None, values: dict[str, Any] | None
) -> dict[str, Any]:
    """The other text beside the one that was typed here."""
    if other is not None:
        theirs = content_values(draft_from_json(other.content))
        name, said = "thẻ kia", f"Nội dung ở thẻ hoặc máy kia, gõ lúc {moment(other.saved_at)}"
    else:
        newest = page.versions[-1]
        theirs = content_values(page.content)
        name = f"phiên bản {newest.ordinal}"
        said = f"Phiên bản {newest.ordinal} của {newest.by_name}, lưu lúc {moment(newest.at)}"
    mine = values or theirs
    return {
        "name": name,
        "said": said,
        "text": theirs["text"],
        "lines": differences(_whole(theirs), _whole(mine)),
        "is_other_tab": other is not None,
    }


def _whole(values: dict[str, Any]) -> str:
    """The parts of a draft that differ between two texts, as one text."""
    attached = [f"{name}\n{subject}\n{text}" for name, subject, text in values["attached"]]
    return "\n".join([values["addressees"], values["text"], *attached, values["received_by"]])


def version_text(version: DraftVersion) -> str:
    """A version as one text, for showing differences."""
    return _whole(content_values(draft_from_json(version.content)))
