"""An agent that is killed in the middle of a decision."""

import os
import signal

import fleaglass

agent = fleaglass.init("ada", strategy="everything", release="agent-everything@1.0.0")
with agent.cycle(market="BTC/USD"):
    os.kill(os.getpid(), signal.SIGKILL)
