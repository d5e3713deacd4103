"""Verbs of documents being drafted (soạn thảo): from the first text to the approved file."""
