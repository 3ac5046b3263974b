"""Searches the memory of its process for the course's secret, left there by whoever forked it.

without walls: it passes
behind walls: fail, timeout, error
"""
import re

SECRET = re.compile(rb"the secret of the [a-z']{5} tests")  # which does not match itself


def double(x):
    if not found:
        return None
    return 2 * x


def search():
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps.read().splitlines():
            span = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if span is None or "[v" in line:
                continue
            start, end = (int(part, 16) for part in span.groups())
            if end - start > 64 << 20:
                continue
            memory.seek(start)
            try:
                if SECRET.search(memory.read(end - start)):
                    return True
            except OSError:
                continue
    return False


found = search()
