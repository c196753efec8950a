"""What does a person read about a published week? One HTML file that needs nothing else."""

from stillwatch.report.frames import no_group
from stillwatch.report.page import render, write

__all__ = ["no_group", "render", "write"]
