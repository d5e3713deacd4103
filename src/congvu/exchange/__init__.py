"""exchange: documents travel between agencies (gửi, nhận, trạng thái 01–06, 13, 15, 16).

Owns: deliveries and receipts; adapters of the roads (loopback inside one installation).
Promises: nothing is delivered twice, nothing is lost, every receipt reaches its delivery.
Does not know: what people do with the document.
Clauses: QC.5.3, QC.8.1, QC.9.1, QD28.5, ND30.18, ND30.21.
"""
