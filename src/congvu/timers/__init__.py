"""timers: clocks with a budget of working minutes (đồng hồ thời hạn).

Owns: timers, their suspensions, events and rungs of escalation.
Promises: a due moment is always computed from budget, suspensions and calendar; each rung fires
exactly once, in working hours, and one of them before the budget breaks.
Does not know: what is being timed; higher rooms start and stop clocks and react to rungs.
Clauses: QC.9.2.b, QD28.5, ND30.24.
"""
