"""Metadata by the standards of others: each module answers for one, and all are made from `datapackage.json` alone."""
