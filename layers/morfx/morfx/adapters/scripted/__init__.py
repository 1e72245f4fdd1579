"""Comprehension from a table, for tests and simulations."""
