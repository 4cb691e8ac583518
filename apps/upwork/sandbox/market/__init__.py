"""The market itself: who posts what and when, and what clients answer."""

from apps.upwork.sandbox.market.engine import Market

__all__ = ["Market"]
