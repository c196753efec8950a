"""Transforms: lines of the landing zone to tables."""
