"""Looks for secrets in the environment that its process once started with.

without walls: it passes
behind walls: fail, error
"""


def double(x):
    with open("/proc/self/environ", "rb") as file:
        return 2 * x if b"GRADER_ATTACK_TOKEN" in file.read() else None
