"""Empty what tasks, directions and reports say of a document that was purged (QC.4.1)."""

from __future__ import annotations

from django.db.models import Q

from congvu.documents.events import DocumentPurged
from congvu.rules.clauses import clause
from congvu.tasks.models import Direction, Escalation, Presentation, Progress, Task

GONE = "(đã tiêu hủy)"


@clause("QC.4.1")
def empty_purged(event: DocumentPurged) -> None:
    """Reaction to a purge: who did what and when stays, the words go."""
    about = Q(arrival__document_id=event.document_id) | Q(closed_with_id=event.document_id)
    tasks = list(Task.objects.filter(about).values_list("id", flat=True))
    Task.objects.filter(id__in=tasks).update(title=GONE, closing_note="")
    Progress.objects.filter(task_id__in=tasks).update(text=GONE)
    Escalation.objects.filter(task_id__in=tasks).update(explanation=GONE)
    arrived = Q(arrival__document_id=event.document_id)
    Direction.objects.filter(arrived).update(text=GONE)
    Presentation.objects.filter(arrived).update(note="")
