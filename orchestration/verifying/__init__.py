"""Verifying: whether what was published, here or at a URL, is what its sums, signature and descriptions say."""

from orchestration.verifying.verifying import Report, verify

__all__ = ["Report", "verify"]
