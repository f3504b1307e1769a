"""`python -m fleaglass.cli`: the command where the console script is not on the path."""

from fleaglass.cli import main

main()
