"""Only names that begin with before or after are listed.

root: q22_events
band: core
advice: The task says which names to leave out, and no more than those.
"""


def q22_events(event):
    return [name for name in dir(event) if name.startswith(("before_", "after_"))]
