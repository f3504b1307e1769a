"""What a log is made of, as pure functions: no file, clock or network is touched here.

::

    entries ── leaf_hash ──▶ merkle ── 256 hashes a file ──▶ tiles
                               │ root
                               ▼
                           checkpoint ── signed ──▶ note ◀── keys
                               ├── cosignature    somebody else saw it, and when
                               ├── policy         whose cosignatures are enough
                               └── proof          one entry, its path to the root, and the checkpoint: one file

The rules are those of RFC 6962 section 2.1 and of C2SP's signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature,
tlog-policy and tlog-proof, so that the tools of others read what is written here.
"""
