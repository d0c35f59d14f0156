# attack: one number that does not fit into any memory
# layer: rlimits
# outcome: memory_limit, time_limit
# wall: 2
def double(x):
    return 1 << (1 << 36)
