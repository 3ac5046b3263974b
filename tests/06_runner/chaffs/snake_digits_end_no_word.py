"""A capital behind a digit gets no underscore: my_http_server2go.

root: camel2snake
band: core
advice: A digit ends a word like a small letter: it stands in the second step, too.
"""

import re


def camel2snake(name):
    words_apart = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", words_apart).lower()
