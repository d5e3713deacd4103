"""records: work files from opening to closing (lập hồ sơ công việc, danh mục hồ sơ).

Owns: the file plan, records, filings and the closing index.
Promises: one document may stand in many records, without a copy; ordinals never change.
Does not know: how the documents came about.
Clauses: QC.3.1, QC.3.2, ND30.28, ND30.29.
"""
