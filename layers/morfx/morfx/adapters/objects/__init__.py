"""What is too large for a queue."""
