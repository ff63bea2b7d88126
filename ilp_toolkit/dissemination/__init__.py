"""Dissemination: the one door out. Checks, then the product folder and its record."""
