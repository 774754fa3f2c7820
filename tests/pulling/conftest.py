"""What is pulled from: a real PostgreSQL."""

from tests.postgresql import postgresql

__all__ = ["postgresql"]
