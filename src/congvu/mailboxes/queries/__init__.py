"""What pages ask of the mailboxes: lists, conversations, the address book, and the measure."""
