"""`python -m grader` is the same command as `grader`."""

from grader.cli.app import main

if __name__ == "__main__":
    main()
