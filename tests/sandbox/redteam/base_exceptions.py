# attack: exceptions that "except Exception" does not catch
# layer: checker
# outcome: ok
def double(x):
    if x.dim() == 1:
        raise KeyboardInterrupt
    raise BaseExceptionGroup("group", [GeneratorExit(), BaseException()])
