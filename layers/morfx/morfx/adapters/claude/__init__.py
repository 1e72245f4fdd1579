"""Comprehension and open answers by Claude, on the Anthropic API or on Bedrock."""
