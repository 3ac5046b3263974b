"""The demo class: invented students who did well, half of it, made the usual mistakes, or misbehave."""

from grader.authoring.demo.class_ import (
    DEMO_SECRET,
    NotADemoError,
    require_demo,
    units_of_first_class,
    write_class,
)

__all__ = ["DEMO_SECRET", "NotADemoError", "require_demo", "units_of_first_class", "write_class"]
