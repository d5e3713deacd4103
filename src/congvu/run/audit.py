"""`congvu audit verify`: recompute the whole log and name the first broken entry."""

from __future__ import annotations

from congvu.audit.models import Entry
from congvu.audit.verify import Verdict, verify_log
from congvu.kit import clock

USAGE = "Cách dùng: congvu audit verify"


def main(args: list[str]) -> int:
    """0: everything agrees; 1: something was changed; 2: not understood."""
    if args != ["verify"]:
        print(USAGE)
        return 2
    verdict = verify_log()
    print(_summary(verdict))
    if verdict.first is None:
        return 0
    broken = verdict.first
    if broken.entry_id is None:
        place = f"dấu niêm {broken.seal_id}" if broken.seal_id else "gốc ngày"
        print(f"HỎNG: {place}, chuỗi cơ quan {broken.chain}: {broken.why}.")
        return 1
    print(f"HỎNG: mục nhật ký {broken.entry_id}, chuỗi cơ quan {broken.chain}: {broken.why}.")
    entry = Entry.objects.filter(id=broken.entry_id).first()
    if entry is not None:
        when = clock.local(entry.at)
        print(f"      đang ghi: {when:%H:%M:%S %d/%m/%Y} {entry.kind} {entry.details}")
    return 1


def _summary(verdict: Verdict) -> str:
    return (
        f"{verdict.entries} mục dưới {verdict.seals} dấu niêm, {verdict.unsealed} mục chờ niêm, "
        f"{verdict.dropped_runs} đoạn đã kết xuất và hủy."
    )
