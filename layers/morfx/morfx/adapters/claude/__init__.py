"""Comprehension by Claude, on the Anthropic API or on Bedrock."""
