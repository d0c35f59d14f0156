# attack: burn CPU beyond the CPU limit while the deadline is far, with SIGXCPU ignored
# layer: rlimits
# outcome: time_limit
# wall: 30
# cpu: 1
import signal

signal.signal(signal.SIGXCPU, signal.SIG_IGN)


def double(x):
    while True:
        pass
