"""What nobody has vetted, read in a process apart, which has limits of time and memory and may die."""
