"""What stands behind the ports of channels."""
