"""Attempts to get past the safeguards, and legitimate work that must pass."""
