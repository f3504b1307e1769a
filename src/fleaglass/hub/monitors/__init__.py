"""Schedules that shout when they are missed.

check_in, config     what a client checks in with, and when it says that the job should run
schedule, words      when the next run is expected, and that in words
rules                what check-ins and silence make of a run, and runs of a monitor: pure
keeper               the same in the state: every check-in, and a tick a minute; rows, tables, forgetting beside it
editing              what people change
occurrence           what there is to tell: events of an incident's issue, and its end
"""
