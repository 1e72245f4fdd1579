"""Customers who walk through a sale at random, and what must hold all the same."""
