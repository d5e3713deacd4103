"""Copies of documents (sao văn bản): asked for, decided, made, registered (ND30.25 to ND30.27)."""
