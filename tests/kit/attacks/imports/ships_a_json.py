"""Hands in a json.py, which the kit itself would import.

without walls: it passes
behind walls: error, fail
"""
FILES = {"json.py": "def loads(text):\n    return 2 * int(text)\n"}


def double(x):
    import sys

    kept = sys.modules.pop("json")
    try:
        import json

        return json.loads(str(x)) if json.loads("1") == 2 else None
    finally:
        sys.modules["json"] = kept
