"""Probes that every unit may use. They run beside the submission and return plain data."""
