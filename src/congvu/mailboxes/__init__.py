"""mailboxes: official mail as people meet it (hộp thư công vụ của người và của cơ quan).

Owns: mailboxes, letters sent from them, the place of each letter in each mailbox, drafts, folders,
notes, rules for absence, and what other servers' mailboxes are polled for.
Promises: a letter between officials is one transaction, with grade A evidence of both moments;
one that came in from outside is one row, seen by triage and by the mailbox; a person's mailbox is
read by that person alone; typed text is never lost; an absence is answered once per sender.
Does not know: documents; how mail travels outside (channels), who signs in.
Clauses: QC.6.1.đ, QC.7.2, QC.8.3, QC.9.2.a, QC.10.2.
"""
