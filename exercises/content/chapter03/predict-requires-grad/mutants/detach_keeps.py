# misconception: detach-keeps
# fails: test_detached


def predict(x, c):
    return True, False, False, False, True, True, False
