# attack: change the input so that an expected value computed from it later agrees
# layer: values
# outcome: ok
def double(x):
    return x.zero_()
