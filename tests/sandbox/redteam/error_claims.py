# attack: raise what a limit of the sandbox would raise, to be excused
# layer: checker
# outcome: memory_limit, process_limit, output_limit
def double(x):
    if x.dim() == 1:
        raise MemoryError
    raise OSError(28, "No space left on device")
