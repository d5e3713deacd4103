"""When information counts as sent and as received. Article 8 of the Regulation.

Three regimes: the document system (8.1, which points to QĐ 55/2019), information to a person by
SMS, official mail or Zalo (8.2), information among state agencies by official mail and other
official means (8.3). Only the last moves an arrival outside working hours to the next opening.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from congvu.rules.calendar import Opening, WorkingCalendar
from congvu.rules.clauses import citation, clause
from congvu.rules.finding import Finding
from congvu.rules.words import local, moment_words

QD55_NOTE = (
    "Chưa có nguyên văn Quyết định 55/2019/QĐ-UBND; tạm tính theo Luật Giao dịch điện tử, "
    "Nghị định 30/2020/NĐ-CP và cách tính của Điều 8 khoản 3 điểm b."
)


class Channel(StrEnum):
    """The way information travelled."""

    DOCUMENT_SYSTEM = "document_system"
    OFFICIAL_MAIL = "official_mail"
    OTHER_OFFICIAL = "other_official"
    SMS = "sms"
    ZALO = "zalo"


class Audience(StrEnum):
    """Who is addressed: somebody in the province's state agencies, or a person outside."""

    STATE_AGENCY = "state_agency"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class ReceiptPolicy:
    """How a channel's arrivals outside working hours are counted (dated data of the province)."""

    shift_out_of_hours: bool
    opening: Opening = Opening.NEXT_WORKING_DAY


# The document system's shift is our reading while the text of QĐ 55/2019 is missing.
DEFAULT_POLICIES = {
    Channel.DOCUMENT_SYSTEM: ReceiptPolicy(shift_out_of_hours=True),
    Channel.OFFICIAL_MAIL: ReceiptPolicy(shift_out_of_hours=True),
    Channel.OTHER_OFFICIAL: ReceiptPolicy(shift_out_of_hours=True),
    Channel.SMS: ReceiptPolicy(shift_out_of_hours=False),
    Channel.ZALO: ReceiptPolicy(shift_out_of_hours=False),
}


@clause("QC.8.1", "QD55")
def sent_through_document_system(accepted_at: datetime) -> Finding[datetime]:
    """Sent when the document left our control: the commit of issue or the hub's acceptance."""
    return _sent(accepted_at, "QC.8.1", "hệ thống ghi nhận phát hành thành công", (QD55_NOTE,))


@clause("QC.8.2.a")
def sent_to_person(succeeded_at: datetime) -> Finding[datetime]:
    """Sent when the account of the agency or official reports success (SMS, mail, Zalo)."""
    return _sent(succeeded_at, "QC.8.2.a", "tài khoản bên gửi báo gửi thành công", ())


@clause("QC.8.3.a")
def sent_between_agencies(succeeded_at: datetime) -> Finding[datetime]:
    """Sent when the account of the agency or official reports success (mail, other means)."""
    return _sent(succeeded_at, "QC.8.3.a", "tài khoản bên gửi báo gửi thành công", ())


@clause("QC.8.1", "QD55")
def received_through_document_system(
    entered_at: datetime,
    calendar: WorkingCalendar,
    policy: ReceiptPolicy = DEFAULT_POLICIES[Channel.DOCUMENT_SYSTEM],
) -> Finding[datetime]:
    """Received when it entered the recipient's system, or at the next opening (policy).

    Stands in for QĐ 55/2019, whose text is missing; every answer says so in its notes.
    """
    return _received_in_working_time(entered_at, calendar, policy, "QC.8.1", (QD55_NOTE,))


@clause("QC.8.2.b")
def received_by_person(entered_at: datetime) -> Finding[datetime]:
    """Received when it entered the person's account, at any hour of any day."""
    return _received_as_entered(entered_at, "QC.8.2.b", "")


@clause("QC.8.3.b")
def received_between_agencies(
    entered_at: datetime,
    calendar: WorkingCalendar,
    policy: ReceiptPolicy = DEFAULT_POLICIES[Channel.OFFICIAL_MAIL],
) -> Finding[datetime]:
    """Received when it entered the account; outside working hours, at the next opening.

    The letter of the law (default) moves a lunch-break arrival to the next working day.
    """
    return _received_in_working_time(entered_at, calendar, policy, "QC.8.3.b", ())


def sent(moment: datetime, channel: Channel, audience: Audience) -> Finding[datetime]:
    """Legal moment of sending for a channel and audience."""
    if channel is Channel.DOCUMENT_SYSTEM:
        return sent_through_document_system(moment)
    if is_among_agencies(channel, audience):
        return sent_between_agencies(moment)
    return sent_to_person(moment)


def received(
    entered_at: datetime,
    channel: Channel,
    audience: Audience,
    calendar: WorkingCalendar,
    policy: ReceiptPolicy | None = None,
) -> Finding[datetime]:
    """Legal moment of receipt for a channel and audience; policy None = the channel's default."""
    chosen = policy or DEFAULT_POLICIES[channel]
    if channel is Channel.DOCUMENT_SYSTEM:
        return received_through_document_system(entered_at, calendar, chosen)
    if is_among_agencies(channel, audience):
        return received_between_agencies(entered_at, calendar, chosen)
    return received_by_person(entered_at)


def is_among_agencies(channel: Channel, audience: Audience) -> bool:
    """Whether QC.8.3 applies: official mail or other official means inside the state."""
    official = channel in (Channel.OFFICIAL_MAIL, Channel.OTHER_OFFICIAL)
    return official and audience is Audience.STATE_AGENCY


def _sent(
    moment: datetime, clause_id: str, reason: str, notes: tuple[str, ...]
) -> Finding[datetime]:
    here = local(moment)
    said = f"Gửi lúc {moment_words(here)} ({reason}), theo {citation(clause_id)}."
    return Finding(here, clause_id, "", said, notes)


def _received_as_entered(
    entered_at: datetime,
    clause_id: str,
    version: str,
    notes: tuple[str, ...] = (),
    reason: str = "tính đúng thời điểm đến",
) -> Finding[datetime]:
    here = local(entered_at)
    said = f"Đến lúc {moment_words(here)}, {reason}, theo {citation(clause_id)}."
    return Finding(here, clause_id, version, said, notes)


def _received_in_working_time(
    entered_at: datetime,
    calendar: WorkingCalendar,
    policy: ReceiptPolicy,
    clause_id: str,
    notes: tuple[str, ...],
) -> Finding[datetime]:
    here = local(entered_at)
    version = calendar.version
    if not policy.shift_out_of_hours:
        return _received_as_entered(here, clause_id, version, notes)
    if calendar.is_working_time(here):
        cautions = notes + calendar.notes(here, here)
        return _received_as_entered(here, clause_id, version, cautions, "trong giờ làm việc")
    opening = calendar.next_opening(here, policy.opening)
    said = (
        f"Đến lúc {moment_words(here)}, ngoài giờ làm việc; được tính là nhận lúc "
        f"{moment_words(opening)}, theo {citation(clause_id)}."
    )
    return Finding(opening, clause_id, version, said, notes + calendar.notes(here, opening))
