"""Rules: the law as pure functions.

Owns: working time, legal moments, deadlines, timers, numbers and symbols, legal value,
    secrecy marks, approved channels, paper copies, signing authority, receipts, document types.
Promises: same input, same answer; every answer is a Finding with clause, calendar version
    and a sentence a clerk can read; aware datetimes only.
Does not know: Django, the database, files, the network, the present moment.
Clauses: QC.4.1-4.2, 6.1, 6.2.c, 7, 8, 9, 11.3, 11.4; ND30.5, 7, 13, 15-24, annex I; QD28.4-7.
"""
