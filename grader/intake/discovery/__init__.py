"""Finding the submissions in a folder, a zip or a download, and naming their students."""
