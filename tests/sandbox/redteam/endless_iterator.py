# attack: a list whose iterator never ends
# layer: rlimits
# outcome: memory_limit, time_limit
# wall: 3
class Endless(list):
    def __iter__(self):
        while True:
            yield "endless"


def double(x):
    return Endless()
