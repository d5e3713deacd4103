"""audit: who did what, when, to what, under which clause (nhật ký).

Owns: the append-only entries, their seals (one chain per agency, a daily root of the province).
Promises: nothing here is ever changed or deleted; `congvu audit verify` names the first break.
Does not know: what the acts mean.
Clauses: QC.4.3, QC.4.4, S.13, S.14, S.16.
"""
