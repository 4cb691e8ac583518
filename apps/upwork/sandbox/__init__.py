"""A local marketplace that speaks Upwork's OAuth and GraphQL, for development, the demo and tests.

It needs no Django, keeps its state in one SQLite file and is never loaded in production.
"""
