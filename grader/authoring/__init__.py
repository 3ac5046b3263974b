"""For those who make a course: release it, audit its suites, show a demo, build autograders."""
