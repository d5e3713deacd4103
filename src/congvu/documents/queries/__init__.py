"""Questions about documents: typed SQL, frozen rows, keyset pages."""
