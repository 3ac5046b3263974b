"""Where grades and feedback go: pages, exports, nbgrader."""
