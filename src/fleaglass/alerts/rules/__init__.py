"""The rules file: its model, and how it is read."""
