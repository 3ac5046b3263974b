"""Processes of Python that are forked from one that has imported torch: `popen` asks, `server` forks.

It imports nothing of the kit, nor of `support`: pytest rewrites the kit's assertions when it imports it itself.
"""
