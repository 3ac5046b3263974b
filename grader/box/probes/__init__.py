"""Probes that every unit may use: they run beside the submission and return plain data."""
