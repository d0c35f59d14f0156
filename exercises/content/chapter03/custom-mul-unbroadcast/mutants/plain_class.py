# misconception: no-function
# fails: test_gradient_shapes, test_own_function
class Mul:
    @staticmethod
    def apply(a, b):
        return a * b
