"""orgs: who is who among the state agencies, and since when (tổ chức, nhân sự, lịch làm việc).

Owns: agencies (dated tree), identifiers, units, positions, people, postings, delegations,
absences, working calendars and hours.
Promises: every answer is for a stated date; nothing assumes a number of levels or a name.
Does not know: accounts, documents, pages.
Clauses: QC.2.1.a, QC.2.1.b, QC.2.2, ND30.13.
"""
