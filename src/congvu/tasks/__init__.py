"""tasks: who works on what, by when, and why by then (giao việc, theo dõi, đôn đốc).

Owns: presentations, directions (bút phê), tasks, assignments, progress.
Promises: no task on an unregistered arrival; every deadline tells its reason; each rung of an
escalation rings exactly once.
Does not know: how documents are drafted or delivered.
Clauses: QC.5.1, QC.10.2, ND30.23, ND30.24.
"""
