"""Organisations, persons and customers."""
