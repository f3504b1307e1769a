"""The parts of `fleaglass demo`, one subject a file.

::

    play.py             the sequence, from the first process to the last
    ├── cast.py             who takes part: commands, environment, faults
    ├── troupe.py           all processes, and the order in which they leave
    │   └── processes.py        one process: start it, hear it, stop it
    │       └── leash.py            so that it does not outlive the demo
    ├── accounts.py         accounts and play money at the sandbox
    ├── status.py           the line that lives
    └── signals.py          being told to stop
    ports.py            which ports the hub gets
    report.py           what was recorded against what is stored, span by span
    ├── count.py            what a store holds, counted by a process of its own
    └── ledgers.py          what the agents' ledgers leave open
"""
