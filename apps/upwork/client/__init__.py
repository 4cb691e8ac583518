"""Upwork's GraphQL API as plain calls: dataclasses in, dataclasses out, typed errors."""

from apps.upwork.client.api import UpworkClient
from apps.upwork.client.transport import Graph, TokenSource

__all__ = ["Graph", "TokenSource", "UpworkClient"]
