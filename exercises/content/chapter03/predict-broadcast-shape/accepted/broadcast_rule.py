# why: Asks torch for the broadcast shape alone; shapes as lists, the count as a product.
import math

import torch


def predict(n):
    prediction = [n, 1][:-1]
    difference = torch.broadcast_shapes(tuple(prediction), (n, 1))
    return [prediction, list(difference), math.prod(difference)]
