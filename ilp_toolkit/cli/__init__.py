"""
The command line: one file a command.

A command's file is imported when the command runs, so that ``ilp --help`` answers at once.
"""

from .app import main

__all__ = ["main"]
