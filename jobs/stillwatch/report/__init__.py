"""What does a person read about a published week? One HTML file that needs nothing else."""

from stillwatch.report.page import render, write

__all__ = ["render", "write"]
