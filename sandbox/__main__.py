"""`python -m sandbox serve | check | profile`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

from sandbox import log, policy, selfcheck, server
from sandbox.forks import JailFailed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Runs untrusted Python beside a checker.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="take jobs on a unix socket until SIGTERM")
    serve.add_argument("--socket", type=Path, required=True, help="path of the socket, made with mode 0660")
    serve.add_argument("--slots", type=int, default=len(os.sched_getaffinity(0)), help="jobs at once (default: cores)")
    serve.add_argument(
        "--log", choices=log.FORMATS, default="line", help="how it tells of jobs on stderr (default: line)"
    )
    check = commands.add_parser("check", help="prove layer by layer what holds on this host")
    check.add_argument("--json", action="store_true")
    commands.add_parser("profile", help="print the seccomp profile for the container that `serve` runs in")
    options = parser.parse_args()
    if options.command == "profile":
        print(json.dumps(policy.container_profile(), indent=1))
        return 0
    if options.command == "check":
        return selfcheck.main(options.json)
    if options.slots < 1:
        parser.error("--slots: must be at least 1")
    log.choose(options.log)
    try:
        asyncio.run(server.serve(options.socket, options.slots))
    except (JailFailed, OSError) as error:
        print(f"sandbox: refusing to start: {error}\nsandbox: see `python -m sandbox check`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
