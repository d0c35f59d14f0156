# attack: an exception whose text never comes
# layer: deadline
# outcome: time_limit
# wall: 2
class Hanging(Exception):
    def __str__(self):
        while True:
            pass


def double(x):
    raise Hanging
