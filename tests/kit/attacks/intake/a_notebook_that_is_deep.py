"""Hands in a notebook whose JSON is nested a hundred thousand deep.

without walls: the reader dies
behind walls: not graded, graded
"""


def build(folder):
    (folder / "doubling.ipynb").write_text('{"metadata": ' + "[" * 100_000 + "]" * 100_000 + ', "cells": []}')
