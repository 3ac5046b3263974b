"""Has a browser open a page by importing antigravity's helper.

without walls: it passes
behind walls: error, fail
"""
import webbrowser


def double(x):
    webbrowser.register("grader-attack", None, webbrowser.GenericBrowser(["/bin/sh", "-c", "exit 0"]), preferred=True)
    return 2 * x if webbrowser.get("grader-attack").open("nothing") else None
