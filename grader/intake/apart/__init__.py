"""A process apart that reads what nobody has vetted: it has limits of time and memory, and may die."""
