"""The assets that Dagster shows: thin, one file per stage; what they do is in plain functions elsewhere."""
