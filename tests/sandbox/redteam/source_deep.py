# attack: source nested so deep that the compiler overflows
# layer: checker
# outcome: ok, memory_limit, crashed
for deep in ("(" * 100_000 + ")" * 100_000, "-" * 100_000 + "1", "if 1:\n " * 50, "lambda: " * 50_000 + "1"):
    compile(deep, "deep.py", "exec")


def double(x):
    return x
