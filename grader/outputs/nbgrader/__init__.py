"""Everything about nbgrader but reading submissions: its course, its gradebook, and the notebooks in them.

Importing this room needs no nbgrader. The modules that make notebooks (`source_notebook`, `rewrite`, `submit`) do, and
so do those that nbgrader runs (`checks_last`, `repair`).
"""

from grader.outputs.nbgrader.course import NbgraderError, nbgrader_is_there, write_nbgrader_course

__all__ = ["NbgraderError", "nbgrader_is_there", "write_nbgrader_course"]
