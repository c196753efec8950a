"""Transforms: traces to links, campaigns, evidence and the summary."""
