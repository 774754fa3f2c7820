"""Judging: the registry of issues, the account of rows, and the gate before a release."""
