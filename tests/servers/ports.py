"""Ports of this machine that stay a test's own, though nobody listens on them for a while."""

from __future__ import annotations

import socket


def bound(port: int = 0) -> socket.socket:
    """A socket at the port (0: any that is free) that does not listen yet: connections are refused until it does, or
    another that is made so listens there; nobody else is given the port meanwhile."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", port))
    return held
