# attack: numbers, bools and lists where a tensor belongs
# layer: checker
# outcome: ok
def double(x):
    return True if x.dim() == 1 else (x * 2).tolist()
