"""Secrets, as their keeper has them now."""
