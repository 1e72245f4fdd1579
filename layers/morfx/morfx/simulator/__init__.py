"""The house with a virtual clock: days of conversation in milliseconds, on the real operations."""
