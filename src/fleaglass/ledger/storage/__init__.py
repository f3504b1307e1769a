"""The folder of one agent's log: what is written there, in which order, and what is made of it after a crash.

::

    system          every system call that changes something on disk
    layout          what lies where
    files           a file, or none: temp, write, fsync, rename, fsync of the folder
    lock, keys      one writer; what it signs with
    wal             entries as they come, one write each
    commit          the thread that fdatasyncs what was written, for all that wait at once
    loops           tasks that wait for it
    edge            the right edge of the tree: what the next tiles grow from; pure
    fold            entries into tiles, then the signature, then the checkpoint
    checkpointer    the thread that folds
    open_intents    which intents have no outcome
    recovery        what a folder says when it is opened
    lines           a private file of JSON lines
    disclosures     what commitments stand for; can be erased
    anchors         checkpoints that others hold
"""
