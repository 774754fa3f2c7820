"""Pulling: what REST services and PostgreSQL tables hold new, put into the inbox as forms that somebody sent."""

from orchestration.pulling.pulling import Pulled, pull

__all__ = ["Pulled", "pull"]
