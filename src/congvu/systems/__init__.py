"""systems: which systems and channels an agency may use (hệ thống được sử dụng).

Owns: the register of approved systems and channels with dates and grounds; exceptions granted
case by case; agencies' accounts on Zalo with notice, history and who answers; impostor cases.
Promises: a channel outside the register and without a grant is refused with its clause; no account
is in use before its notice.
Does not know: documents, deliveries, tokens, pages.
Clauses: QC.4.2, QC.6.1.a to QC.6.1.h, QC.6.2, QC.10.4, QC.11.3, QC.12.3.b.
"""
