"""Every write of the Upwork room, and the client for a connection."""

from apps.upwork.services.connecting import Attempt, care_for, connect, disconnect, hold, start_attempt
from apps.upwork.services.refreshing import ask_to_reconnect, client_for, due_for_renewal, learn, renew, usable_token

__all__ = [
    "Attempt",
    "ask_to_reconnect",
    "care_for",
    "client_for",
    "connect",
    "disconnect",
    "due_for_renewal",
    "hold",
    "learn",
    "renew",
    "start_attempt",
    "usable_token",
]
