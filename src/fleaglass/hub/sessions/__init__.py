"""Session health.

update               what a client says of its runs
keeper               the same in the state: one row a session, as its updates leave it
silence              sessions that ended without a word
health, figures      the definitions: pure; and what is counted by them
"""
