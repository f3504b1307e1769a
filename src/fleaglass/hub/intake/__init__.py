"""From an envelope's arrival to its effects: kept on disk first, answered, then digested.

queue     what was answered and is not yet digested, on disk
"""
