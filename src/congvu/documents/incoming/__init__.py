"""Verbs of documents that come in (văn bản đến): receive, register, hand back, answer a recall."""
