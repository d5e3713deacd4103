"""What follows from what: EVENT -> functions, in order, in the same transaction.

A reaction is a verb of a higher room. It may write rows and defer jobs; it may not refuse and may
not call the network. An empty list says: nobody needs to do anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from congvu.bulk.events import ListLeft, ListTaken, OrderReleased
from congvu.bulk.forget_purged import forget_purged as forget_lists
from congvu.bulk.jobs import ring_for_left_list, ring_for_list, ring_for_order
from congvu.channels import jobs as channel_jobs
from congvu.channels.acknowledge import acknowledge_receipt
from congvu.channels.events import (
    FilesNamed,
    InboundDecided,
    MessageAccepted,
    MessageEntered,
    MessageMoved,
    MessagesAccepted,
    ProviderTold,
    ZaloGrantReturned,
)
from congvu.channels.obey_opt_out import obey_opt_out
from congvu.channels.warn_of_delay import warn_of_delay
from congvu.channels.warn_of_failure import warn_of_failure
from congvu.documents.batch.note_answer import note_answer
from congvu.documents.copies.ask_to_make import finish_copy
from congvu.documents.events import (
    DocumentHandedBack,
    DocumentIssued,
    DocumentPurged,
    DocumentRecalled,
    DocumentRegistered,
    DocumentSigned,
    DraftApproved,
    DraftSentBack,
    DraftSubmitted,
    RecallAnswered,
)
from congvu.documents.incoming.ask_to_stamp import finish_stamp
from congvu.documents.incoming.warn_receivers import ask_to_warn
from congvu.documents.outgoing.ask_to_issue import finish_issuing
from congvu.documents.outgoing.ask_to_sign import finish_signing, withdraw_requests
from congvu.documents.outgoing.verify_issued import ask_to_verify
from congvu.documents.report_malware import report_malware
from congvu.exchange import send_receipt
from congvu.exchange.ask_back import ask_back
from congvu.exchange.deliver import queue_deliveries
from congvu.exchange.stop_purged import stop_purged
from congvu.incidents.note_secret import note_secret
from congvu.kit.events import MalwareFound, Reaction, SecretRefused
from congvu.mailboxes.events import LetterEntered, LetterSent
from congvu.mailboxes.forget_purged import forget_purged as forget_letters
from congvu.mailboxes.jobs import ring_for_inbound, ring_for_letter
from congvu.mailboxes.note_failure import note_failure
from congvu.mailboxes.place_inbound import note_decided, place_inbound
from congvu.mailboxes.warn_of_delay import warn_of_letter
from congvu.orgs.events import AgencyReorganised, CalendarChanged, PostingEnded
from congvu.publicity.events import ArticleMoved, BroadcastApproved
from congvu.publicity.flag_changed import flag_replaced, flag_source
from congvu.publicity.forget_purged import forget_purged as forget_articles
from congvu.publicity.jobs import ring_for_article, ring_for_broadcast
from congvu.records.reprint_purged import reprint_purged
from congvu.rules.receipts import Status
from congvu.signing.ask_provider import tell_provider
from congvu.signing.events import (
    CertificateDistrusted,
    ControlLost,
    SignatureArrived,
    SignatureAsked,
    SignatureEnded,
)
from congvu.signing.jobs import ask_to_tell
from congvu.tasks.cancel import cancel_recalled
from congvu.tasks.close import close_answered
from congvu.tasks.empty_purged import empty_purged
from congvu.tasks.events import TaskAccepted, TaskAssigned, TaskClosed
from congvu.tasks.remind import remind
from congvu.timers.events import TimerEscalated
from congvu.timers.jobs import recount_after_change


def say_assigned(event: TaskAssigned) -> None:
    """Status 04 to the sender."""
    send_receipt.say(event.arrival_id, Status.ASSIGNED, event.at)


def say_in_work(event: TaskAccepted) -> None:
    """Status 05 to the sender."""
    send_receipt.say(event.arrival_id, Status.IN_PROGRESS, event.at)


def empty_carriers(event: DocumentPurged) -> None:
    """Mailboxes and lists know no documents: they are told the files."""
    for forget in (forget_letters, forget_lists):
        forget(files=event.files, agency_id=event.agency_id, at=event.at)


def say_done(event: TaskClosed) -> None:
    """Status 06 to the sender, once no task on the arrival is open."""
    if event.arrival_is_done:
        send_receipt.say(event.arrival_id, Status.COMPLETED, event.at)


REACTIONS: dict[type, Sequence[Reaction]] = {
    SecretRefused: [note_secret],
    MalwareFound: [report_malware],
    DraftSubmitted: [],
    DraftSentBack: [withdraw_requests],
    DraftApproved: [],
    MessageAccepted: [channel_jobs.ring_for_message],
    MessagesAccepted: [channel_jobs.ring_for_message],
    ListLeft: [ring_for_left_list],
    ListTaken: [ring_for_list],
    OrderReleased: [ring_for_order],
    MessageMoved: [warn_of_failure, note_failure],
    MessageEntered: [place_inbound, obey_opt_out, acknowledge_receipt],
    LetterSent: [ring_for_letter],
    LetterEntered: [ring_for_inbound],
    InboundDecided: [note_decided],
    ProviderTold: [channel_jobs.ring_for_events],
    FilesNamed: [channel_jobs.ring_for_files],
    ZaloGrantReturned: [channel_jobs.ring_for_grant],
    SignatureAsked: [tell_provider],  # a plug-in comes by itself
    SignatureArrived: [finish_signing, finish_issuing, finish_copy, finish_stamp, note_answer],
    SignatureEnded: [note_answer],
    DocumentSigned: [],
    DocumentIssued: [queue_deliveries, close_answered, ask_to_verify, flag_replaced],
    DocumentRecalled: [ask_back, flag_source],
    DocumentPurged: [stop_purged, empty_purged, reprint_purged, empty_carriers, forget_articles],
    ArticleMoved: [ring_for_article],
    BroadcastApproved: [ring_for_broadcast],
    DocumentRegistered: [send_receipt.say_registered],
    DocumentHandedBack: [send_receipt.say_handed_back],
    RecallAnswered: [send_receipt.say_recall_answer, cancel_recalled],
    TaskAssigned: [say_assigned],
    TaskAccepted: [say_in_work],
    TaskClosed: [say_done],
    TimerEscalated: [remind, warn_of_delay, warn_of_letter],
    ControlLost: [ask_to_tell],
    CertificateDistrusted: [ask_to_warn],
    CalendarChanged: [recount_after_change],
    PostingEnded: [],  # sessions end by their own check of the posting (accounts)
    AgencyReorganised: [],
}
