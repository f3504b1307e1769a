"""The tamper-evident record of an agent's money decisions: an intent before each spend, an outcome after it.

::

    venue ── intent ──▶ log ── write ──▶ WAL ── group commit ──▶ tiles ── checkpoint, signed ──▶ anchors
          ── send ────▶ Purple Flea                                            │
          ── outcome ─▶ log                                                    └──▶ proofs, verify, reconcile

    entry, canonical, commitments   what one entry says, and how its secrets are kept out of it
    tree/                           pure: RFC 6962 hashing and proofs, C2SP tiles, notes, checkpoints, cosignatures
    storage/                        the folder of one log: WAL, folding, recovery, keys, disclosures, anchors
    log                             the one writer; draft and seams are what it is given, errors what it raises
    succession                      a log that goes on under another name when its key is lost
    verify, prove                   what anyone with the public key can check
    reconcile/                      the log beside the venue's own history

A log is one agent's. What precedes a checkpoint that somebody else holds cannot be changed unseen; what never was
written here, only the venue's history tells. docs/ledger.md has who can do what, and how it is found.
"""
