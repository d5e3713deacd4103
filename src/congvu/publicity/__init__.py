"""publicity: publish once, then pass it on (bài đăng mạng xã hội, gửi bài cho người quan tâm).

Owns: articles for Zalo, their source, approval, publishing and removal; sendings of an article to
everybody who follows.
Promises: an article comes from an official public source and keeps its link and hash; a leader
approves before anything leaves; an article whose source changed is flagged at once; nothing is
published twice for one approval.
Does not know: pages, postings of the portal, tokens.
Clauses: QC.6.2.a, QC.11.5.
"""
