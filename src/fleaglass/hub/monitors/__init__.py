"""Schedules that shout when they are missed: what a client checks in with (check_in), and what is made of it."""
