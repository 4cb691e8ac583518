"""A local server that speaks the OpenAI and the Anthropic protocol; for development and tests only."""
