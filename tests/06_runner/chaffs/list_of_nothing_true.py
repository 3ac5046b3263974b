"""Whatever is false counts as None, so 0 and the empty string vanish.

root: listify
band: robust
advice: None is one particular object. Ask for it with `is None`, not with `not o`.
"""


def listify(o):
    if not o:
        return o if isinstance(o, list) else []
    if isinstance(o, list):
        return o
    if isinstance(o, Iterable) and not isinstance(o, str):
        return list(o)
    return [o]
