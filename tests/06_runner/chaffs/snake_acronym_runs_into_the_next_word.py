"""Only a small letter or digit before a capital ends a word, so an acronym swallows the word after it: httpserver.

root: camel2snake
band: core
advice: There are two steps: the first looks at what follows a capital, the second at what stands before it.
"""

import re


def camel2snake(name):
    return re.sub("([a-z0-9])([A-Z])", r"\1_\2", name).lower()
