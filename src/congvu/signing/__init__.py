"""signing: who signed which bytes, with which certificate, and whether that still holds (ký số).

Owns: certificates and trust anchors (never a key), the devices they lie in and who keeps those,
reports of loss, signature and seal images, records of signatures, verification reports.
Promises: a person signs first, then the agency; what is sealed is byte for byte what was signed;
a verdict is one of three and always says why; foreign files are parsed only in the sandbox;
a key reported lost signs no more from that moment, and whoever must know is told.
Does not know: documents, numbers' meaning, recipients; it is handed bytes and places on a page.
Clauses: QC.7.1, QC.10.3, ND30.13, ND30.32.2.c, ND30.32.2.d, ND30.33, QD28.4.
"""
