# attack: strings that cannot be written as UTF-8
# layer: values
# outcome: ok
def double(x):
    return "\ud800" if x.dim() == 1 else {"\udfff": ["\udc00" * 100]}
