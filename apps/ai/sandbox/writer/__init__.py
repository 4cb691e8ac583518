"""Writes a letter from the facts in a prompt, by rules: what the sandbox answers with instead of a model."""
