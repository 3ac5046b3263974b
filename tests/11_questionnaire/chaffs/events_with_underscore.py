"""Names with one underscore at the beginning are listed, too.

root: q22_events
band: core
advice: Whatever begins with an underscore is left out, be it one or two.
"""


def q22_events(event):
    return [name for name in dir(event) if not name.startswith("__")]
