"""Tooling of `make run` and `make test`; the product never imports it."""
