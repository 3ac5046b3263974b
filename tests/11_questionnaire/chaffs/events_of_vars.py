"""Only what stands in the object's own dict is listed.

root: q22_events
band: robust
advice: Attributes come from the class and from its bases as well: ask for all of them.
"""


def q22_events(event):
    return [name for name in vars(event) if not name.startswith("_")]
