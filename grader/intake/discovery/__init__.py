"""Find the submissions in a folder, a zip or a download, and name their students."""
