# misconception: detach-keeps
# fails: test_rounded, test_detached


def predict(x, c):
    return True, False, False, False, False, True, False
