"""Adapters of mailboxes; only settings name them."""
