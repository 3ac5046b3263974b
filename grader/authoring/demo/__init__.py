"""A class to look at: invented students who did well, half of it, the usual mistakes, and worse."""

from grader.authoring.demo.class_ import DEMO_SECRET, write_class

__all__ = ["DEMO_SECRET", "write_class"]
