"""Simulated shoppers: tastes, how they look and click, and how much of what they want a shop shows them first."""
