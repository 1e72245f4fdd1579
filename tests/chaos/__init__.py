"""Random trouble, and what must hold all the same."""
