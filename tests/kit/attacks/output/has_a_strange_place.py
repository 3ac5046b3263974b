"""Raises in a line whose file is named like a script, an order and a sequence.

without walls: it is printed
behind walls: error
"""
import os

here = os.path.dirname(os.path.abspath(__file__))
name = here + "/grader-attack<script>alert(1)</script>\n::error::x\x1b[31m.py"
exec(compile("def double(x):\n    raise ValueError('grader-attack')\n", name, "exec"))
