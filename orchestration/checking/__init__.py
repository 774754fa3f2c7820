"""Judging one file before it is sent, with the very rules of the pipeline: the SQL that dbt has compiled from them."""
