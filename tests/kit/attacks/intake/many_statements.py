"""Hands in a notebook of 20 000 statements that use each other.

without walls: the reader hangs
behind walls: graded, not graded
harmless: yes
"""


import json


def notebook(*cells):
    told = [{"cell_type": "code", "metadata": {}, "source": c, "outputs": []} for c in cells]
    return json.dumps({"cells": told, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def build(folder):
    chain = "\n".join(f"a{k + 1} = a{k} + 1" for k in range(20_000))
    (folder / "doubling.ipynb").write_text(notebook("def double(x):\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n", "a0 = 0\n" + chain))
