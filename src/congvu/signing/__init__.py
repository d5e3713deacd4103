"""signing: who signed which bytes, with which certificate, and whether that still holds (ký số).

Owns: certificates and trust anchors (never a key), registered signature and seal images, the
record of every signature made here, verification reports.
Promises: a person signs first, then the agency; what is sealed is byte for byte what was signed;
a verdict is one of three and always says why; foreign files are parsed only in the sandbox.
Does not know: documents, numbers' meaning, recipients; it is handed bytes and places on a page.
Clauses: QC.7.1, QC.10.3, ND30.13, ND30.32.2.c, ND30.32.2.d, ND30.33, QD28.4.
"""
