"""The pytest plugin: it collects units, hands out fixtures, and turns what happens into verdicts."""
