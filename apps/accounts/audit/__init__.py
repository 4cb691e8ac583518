"""The audit trail: its store, and the page on which people read their own."""
