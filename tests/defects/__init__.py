"""What goes wrong when OpenTelemetry and Sentry are put into a trading agent in the obvious way, and how it goes here.

Each of the forty-two has a number and two kinds of tests: ``test_dNN_raw_…`` shows the misbehaviour in its smallest
form, with the libraries alone, so that a new version of them which behaves better fails the test; ``test_dNN_ours_…``
shows the same thing done with Fleaglass.
"""
