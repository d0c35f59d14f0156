# attack: folders nested so deep that no path reaches them and a clean-up stumbles
# layer: mount-namespace
# outcome: output_limit
import os


def double(x):
    while True:
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
