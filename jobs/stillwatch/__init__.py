"""Stillwatch: finds networks of accounts that extract a model's capabilities, in LLM API logs."""

__version__ = "0.1.0"
