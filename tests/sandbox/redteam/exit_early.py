# attack: exit with success before anything was checked
# layer: checker
# outcome: exited
import os

os._exit(0)
