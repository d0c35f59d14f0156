# misconception: no-chain-factor
# fails: test_gradient
def gradient_of_squares(x):
    return x.clone()
