"""Checks of our own; those that need packages run in the virtual environment."""
