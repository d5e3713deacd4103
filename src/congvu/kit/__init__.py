"""kit: the tools of every room.

Owns: the clock, refusals, events, jobs, the blob store, folding and search, paging, the wall
(row security), typesetting, the limited subprocess.
Promises: one place for each; nothing here knows an agency, a document or a page.
"""
