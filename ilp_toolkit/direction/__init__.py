"""Direction: what is asked, and within what limits."""
