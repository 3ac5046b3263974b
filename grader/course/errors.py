"""The error about a course's own files."""


class CourseError(Exception):
    """A file of the course can't be used as it stands. The text names the file and says what to do."""
