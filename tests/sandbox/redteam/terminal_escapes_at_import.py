# attack: steer the terminal by what is shown of an exception at import
# layer: feedback
# outcome: ok
raise ValueError("\x1b]0;owned\x07\x1b[2J\x9b31m\rall tests passed\x00\x08\u202egnp.exe")
