"""How notebooks are built and work is marked. Run from a checkout: ``python -m grading``."""
