"""Watching runs: what each tells while it works, what is kept of it, and its figures for monitoring."""
