"""What the customer tells about themselves, found in the message."""
