"""Raises an exception of a class whose name is a page, an order and a formula.

without walls: it is printed
behind walls: error
"""


def double(x):
    name = "=grader-attack<script>alert(1)</script>\n::error::x\x1b[31m"
    raise type(name, (Exception,), {})("text")
