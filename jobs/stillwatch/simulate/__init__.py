"""What would traffic with known campaigns look like? Simulated landing zones with their truth."""

from stillwatch.simulate.runner import run, scenarios

__all__ = ["run", "scenarios"]
