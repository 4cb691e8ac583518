"""Everything that writes or judges text with a model: providers, routing, letters, their ledger and budget."""
