"""incidents: what went wrong, who answers for it, and how it ended (sự cố).

Owns: incidents of an agency, the officer appointed for each kind, every step taken.
Promises: an incident names its clause and holds facts only, never the content that caused it;
it is seen by the officer, the head and the administrator of its agency, and nobody is forgotten:
without an appointed officer the head of the agency is the officer.
Does not know: certificates, documents, files; those who notice something open an incident here.
Clauses: QC.4.1, QC.4.4, QC.10.3.
"""
