"""Benchmarks: each module prints its own table; `make bench` runs them all, `make bench ONLY="feed"` one of them."""
