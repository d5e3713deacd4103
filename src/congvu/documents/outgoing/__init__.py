"""Verbs of documents that go out (văn bản đi): sign, number, issue, recall, replace."""
