"""What a unit's handout and stub promise, held against what its tests judge by."""

from grader.authoring.promises.citing import Promises, promises_and_citations
from grader.authoring.promises.page import promises_page

__all__ = ["Promises", "promises_and_citations", "promises_page"]
