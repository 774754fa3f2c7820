"""Showing `published/` in a browser on this machine: `serve`."""

from orchestration.serving.serving import serve, server_for

__all__ = ["serve", "server_for"]
