"""Runs an event loop, which needs a pair of sockets.

without walls: it passes
behind walls: error
"""
import asyncio


async def twice(x):
    return 2 * x


def double(x):
    return asyncio.run(twice(x))
