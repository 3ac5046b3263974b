"""Returns a text that is a script, an order and a sequence, which the message quotes.

without walls: it is printed
behind walls: fail
"""


def double(x):
    return "grader-attack<script>alert(1)</script>\n::error::x\x1b[31m\u202e"
