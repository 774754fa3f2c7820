"""Running the pipeline from the command line: what has changed, one Dagster run, what came of it."""
