"""Hands in a notebook of cells that have to be parsed once for each magic.

without walls: the reader hangs
behind walls: graded, not graded
harmless: yes
"""


import json


def notebook(*cells):
    told = [{"cell_type": "code", "metadata": {}, "source": c, "outputs": []} for c in cells]
    return json.dumps({"cells": told, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def build(folder):
    (folder / "doubling.ipynb").write_text(notebook("def double(x):\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n", *["x = f(1)\n" * 3000 + "%m\n" * 300] * 5))
