"""Fuzhi: from messy forms to open data that can be trusted."""
