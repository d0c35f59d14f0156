# attack: a short constant that the compiler folds into gigabytes
# layer: rlimits
# outcome: ok, memory_limit, time_limit
# wall: 3
source = "def double(x):\n    return " + "+".join(["1"] * 40) + "\n" + "y = " + "-" * 100_000 + "1\n"
exec(compile(source, "bomb.py", "exec"))
