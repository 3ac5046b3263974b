"""The pytest plugin: it collects units, hands out fixtures, and turns what happens into verdicts."""

# The modules that pytest has to register; `grader.suite.plugin.terminal` is for a student's own run only.
PLUGINS = tuple(f"grader.suite.plugin.{name}" for name in ("hooks", "collection", "fixtures"))
