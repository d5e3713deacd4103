"""The quiet numbers of the rail: one query, the same visibility as the lists."""

from __future__ import annotations

import hashlib
import json

from django.db import connection
from django.http import HttpRequest, HttpResponse

from congvu.accounts.access import CONTENT_ROLES
from congvu.channels.access import SEE_ALL
from congvu.channels.sms_queries import brandnames_to_renew
from congvu.documents.access import VISIBLE, visible_parameters
from congvu.documents.copies.competence import TO_DO as COPY_TO_DO
from congvu.documents.decide_purge import TO_DECIDE as PURGE_TO_DECIDE
from congvu.incidents.access import TO_DO as INCIDENT_TO_DO
from congvu.kit import clock
from congvu.orgs.types import CLERK, LEADER, SYSTEM_ADMIN, Actor
from congvu.signing.queries import trust_waiting
from congvu.web.shell.doors import admins_too, needs, quiet

MINE = "ANY(ARRAY(SELECT id FROM mine))"
# The postings whose work one does: one's own and those of the absent (as orgs.acting_for).
COUNTS = f"""
WITH mine AS (
 SELECT %(posting_id)s::bigint AS id
 UNION SELECT b.posting_id FROM orgs_absence b WHERE b.substitute_id = %(posting_id)s
   AND b.starts_at <= %(now)s AND b.ends_at > %(now)s)
SELECT
 (SELECT count(*) FROM documents_arrival a WHERE a.agency_id = %(agency_id)s
   AND a.state = 'arrived' AND {VISIBLE.format(doc="a.document_id")}),
 (SELECT count(*) FROM documents_submission s WHERE s.to_id IN (SELECT id FROM mine)
   AND s.closed_at IS NULL),
 (SELECT count(*) FROM tasks_assignment s WHERE s.to_id IN (SELECT id FROM mine)
   AND s.done_at IS NULL AND s.part <> 'info'),
 (SELECT count(*) FROM tasks_presentation p WHERE p.to_id IN (SELECT id FROM mine)
   AND p.answered_at IS NULL),
 (SELECT count(*) FROM documents_document d WHERE %(is_clerk)s AND d.agency_id = %(agency_id)s
   AND d.state IN ('signed', 'numbered')),
 (SELECT count(*) FROM documents_document d WHERE d.agency_id = %(agency_id)s
   AND d.drafter_id IN (SELECT id FROM mine) AND d.state IN ('drafting', 'sent_back')),
 (SELECT count(*) FROM tasks_escalation e WHERE %(reads)s
   AND e.to_id = %(posting_id)s AND e.seen_at IS NULL)
  + (SELECT count(*) FROM signing_custodynotice n WHERE n.to_id = %(posting_id)s
      AND n.seen_at IS NULL)
  + (SELECT count(*) FROM channels_inboundnotice w WHERE %(reads)s AND w.to_id = %(posting_id)s
      AND w.seen_at IS NULL)
  + (SELECT count(*) FROM mailboxes_mailnotice v WHERE %(reads)s AND v.to_id = %(posting_id)s
      AND v.seen_at IS NULL),
 (SELECT count(*) FROM incidents_incident i WHERE i.agency_id = %(agency_id)s
   AND i.state <> 'closed' AND {INCIDENT_TO_DO.replace("ANY(%(postings)s)", MINE)}),
 (SELECT count(*) FROM documents_documentcopy c WHERE c.agency_id = %(agency_id)s
   AND {COPY_TO_DO}),
 (SELECT count(*) FROM mailboxes_mailitem i WHERE i.place IN ('inbox', 'sent') AND i.read_at IS NULL
   AND i.mailbox_id IN (SELECT b.id FROM mailboxes_mailbox b WHERE b.person_id = %(person_id)s
     AND b.valid_to IS NULL))
  + (SELECT count(*) FROM mailboxes_mailitem o WHERE %(is_clerk)s AND o.place = 'inbox'
   AND o.read_at IS NULL AND o.letter_id IS NOT NULL
   AND o.mailbox_id IN (SELECT b.id FROM mailboxes_mailbox b WHERE b.agency_id = %(agency_id)s
     AND b.person_id IS NULL AND b.valid_to IS NULL)),
 (SELECT count(*) FROM documents_purge p WHERE {PURGE_TO_DECIDE.format(postings=MINE)}),
 (SELECT count(*) FROM channels_inboundmessage m WHERE %(sees_inbound)s
   AND m.agency_id = %(agency_id)s AND m.state = 'waiting')
  + (SELECT count(*) FROM channels_handling h WHERE h.to_id IN (SELECT id FROM mine)
      AND h.ended_at IS NULL),
 (SELECT count(*) FROM bulk_bulkorder o WHERE %(is_leader)s AND o.agency_id = %(agency_id)s
   AND o.state = 'submitted')
  + (SELECT count(*) FROM bulk_templateversion v WHERE %(is_leader)s
      AND v.agency_id = %(agency_id)s AND v.state = 'submitted')
"""


def counts_for(by: Actor) -> dict[str, int]:
    """The counts by the key of the rail entry; who only administers is counted no content."""
    with connection.cursor() as cursor:
        reads = not by.roles.isdisjoint(CONTENT_ROLES)
        who = {
            "is_clerk": by.has(CLERK),
            "is_leader": by.has(LEADER),
            "sees_inbound": by.has(*SEE_ALL),
            "person_id": by.person_id,
            "reads": reads,
            "today": clock.today(),
        }
        cursor.execute(COUNTS, {**visible_parameters(by), **who})
        row = cursor.fetchone()
    *content, reminders, incidents, copies, mails, purges, inbound, bulk = row
    if not reads:
        content, copies, mails, purges, inbound, bulk = [0] * len(content), 0, 0, 0, 0, 0
    arrived, submitted, tasks, presented, to_issue, drafts = content
    waiting = submitted + tasks + presented + (arrived if by.has(CLERK) else 0) + to_issue + drafts
    waiting += incidents + copies + purges
    return {
        "my_work": waiting,
        "incoming": arrived,
        "outgoing": to_issue,
        "drafts": drafts,
        "signing": submitted,
        "tasks": tasks,
        "copies": copies,
        "mailboxes": mails,
        "bulk": bulk,
        "notices": reminders,
        "incidents": incidents,
        "inbound": inbound,
        "brandnames": len(brandnames_to_renew(clock.today())) if by.has(SYSTEM_ADMIN) else 0,
        "trust": trust_waiting(by.person_id, clock.now()) if by.has(SYSTEM_ADMIN) else 0,
    }


@quiet
@admins_too
@needs()
def counts(request: HttpRequest) -> HttpResponse:
    """The counts as JSON with an ETag: the rail asks again every minute."""
    body = json.dumps(counts_for(request.actor))
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(body, content_type="application/json", headers={"ETag": tag})
