"""The command. Each subcommand is short: the work is in the rooms to the right."""
