"""Give a lost account back to its owner, with a new password, once (Quy chế Điều 10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.models import Account
from congvu.accounts.reopen_lost import reopen_lost_account
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import access
from congvu.signing.close_report import end_report
from congvu.signing.models import LossReport


@clause("QC.10.3", "S.02")
def give_account_back(*, report_id: int, by: Actor, at: datetime) -> str:
    """The old password never works again; gives the new one, to be handed over and changed."""
    with transaction.atomic():
        report = access.report_for(by, report_id, to="close", lock=True)

        refuse_unless(report.account_id, "signing.E155")
        still_shut = Account.objects.filter(id=report.account_id, status=Account.Status.DISABLED)
        refuse_unless(still_shut.exists(), "signing.E156", state=report.get_state_display())

        password = reopen_lost_account(account_id=report.account_id, by=by, at=at)
        if report.state == LossReport.State.OPEN:
            end_report(report, LossReport.State.RECOVERED, "Đã cấp mật khẩu mới.", by=by, at=at)
    return password
