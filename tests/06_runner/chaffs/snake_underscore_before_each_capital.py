"""Every capital letter begins a word, so that an acronym falls apart: h_t_t_p.

root: camel2snake
band: core
advice: Capitals in a row stay together. Only the last of them can begin a word, when small letters follow it.
"""

import re


def camel2snake(name):
    return re.sub("(?<!^)([A-Z])", r"_\1", name).lower()
