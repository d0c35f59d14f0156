# attack: log without end
# layer: output
# outcome: output_limit
import logging

logging.basicConfig()


def double(x):
    while True:
        logging.error("y" * 4000)
