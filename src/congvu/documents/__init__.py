"""documents: official documents, coming in and going out (văn bản đến, văn bản đi).

Owns: documents, drafts and their versions, registers, numbering, issue, arrivals, readers.
Promises: one number once per book; legal times as computed records; issued bytes never change.
Does not know: how documents travel (exchange), who works on them (tasks), where they are filed.
Clauses: QC.5.1, QC.5.3, QC.7.1, QC.8.1, QC.9.1, ND30 chapters II and III.
"""
