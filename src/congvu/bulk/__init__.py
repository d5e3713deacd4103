"""bulk: message templates and bulk orders (mẫu tin, đợt gửi): one text, many addressees.

Owns: templates with typed blanks and their versions, orders with their list, row by row, how far
each order has come, its result.
Promises: nothing leaves before every row was checked and a person has seen how many go; an approved
version never changes; one row is one message, whoever dies; urgent messages never wait for it.
Does not know: providers and evidence (channels does); advertising is not supported.
Clauses: QC.6.1.e, QC.6.2.b, QC.7.2, QC.11.3.
"""
