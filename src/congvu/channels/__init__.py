"""channels: one message, many roads: official mail, SMS, Zalo (tin gửi đi, thông tin đến).

Owns: messages and every attempt over every channel, evidence of sending and receipt with its
grade, providers and their state, consent, inbound messages with acknowledgement and two-hour clock.
Promises: an order with one key is one message; a moment without evidence is "chưa xác nhận", never
invented; nothing is sent twice without asking first; no transaction is open while a provider is
called; codes and legal deadlines never wait behind bulk; nobody is written to without a basis.
Does not know: documents, cases, mailboxes' folders; who asks for a message hears of it by events.
Clauses: QC.6.1.đ, QC.6.1.e, QC.6.2, QC.7.2, QC.8.2, QC.8.3, QC.9.2, QC.11.3.
"""
