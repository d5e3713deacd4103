"""What stands behind the ports of signing."""
