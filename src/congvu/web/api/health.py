"""Is the system well: the web answers, the database answers, the schema is there."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from congvu.kit import clock
from congvu.web.shell.doors import public


@public
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 when a user could work now; says nothing inner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('documents_document') IS NOT NULL")
        (is_ready,) = cursor.fetchone()
    state = {"ready": bool(is_ready), "at": clock.now().isoformat(timespec="seconds")}
    return JsonResponse(state, status=200 if is_ready else 503)
