# attack: answer the right question, and the next one before it is asked
# layer: frames
# outcome: protocol_violation
# score: 1
import sys


def serving():
    frame = sys._getframe()
    while frame.f_code.co_name != "serve":
        frame = frame.f_back
    return frame


def double(x):
    frame = serving()
    values, peer, number = frame.f_globals["values"], frame.f_locals["peer"], frame.f_locals["frame_id"]
    values.send(peer, number, {"value": x * 2})
    return x * 2
