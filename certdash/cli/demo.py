"""`certdash demo`: the product on a story with real TLS servers; `certdash demo rotate` moves the story on."""

import argparse
import asyncio
import time
from pathlib import Path

from certdash.cli.up import add_arguments as add_launch_arguments
from certdash.cli.up import folder, port, spoken
from certdash.demo.log_ins import LOG_INS, PASSWORD
from certdash.demo.plan import lab_folder, read_plan, rotate, yet_to_rotate
from certdash.runtime import programs
from certdash.runtime.child import Program
from certdash.runtime.launch import SOURCE, Launch, launch
from certdash.runtime.supervisor import run as run_once

# The lab is on loopback, so probing it must be allowed, and so is a receiver that somebody tries out beside it; a
# minute keeps a watching person's patience.
SETTINGS = {
    "PROBE_ALLOWED_NETWORKS": "127.0.0.0/8",
    "NOTIFY_ALLOWED_NETWORKS": "127.0.0.0/8",
    "PROBE_INTERVAL": "60",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=["rotate"], help="serve the registered successors from now on")
    add_launch_arguments(parser)


def run(args: argparse.Namespace) -> int:
    var = folder(args, SOURCE / "var" / "demo")
    if args.action == "rotate":
        return rotate_lab(var)
    return launch(
        Launch(
            var=var,
            port=port(args),
            command=spoken("demo"),
            greeting=greeting(),
            settings=SETTINGS,
            extra=(programs.lab(lab_folder(var)),),
            places=places(var),
            with_story=True,
        )
    )


def places(var: Path) -> tuple[tuple[str, int], ...]:
    """Where the lab of an earlier start answers; the first one chooses."""
    try:
        plan = read_plan(lab_folder(var))
    except FileNotFoundError:
        return ()
    return tuple((address, plan.port) for address in plan.addresses)


def greeting() -> tuple[str, ...]:
    width = max(len(log_in.email) for log_in in LOG_INS)
    return (
        f"Log in with the password {PASSWORD} as",
        *(f"  {log_in.email:<{width}}  {log_in.role.replace('_', ' ')}" for log_in in LOG_INS),
        "In a second terminal, `make rotate` installs the announced certificate. Ctrl-C stops everything.",
    )


def rotate_lab(var: Path) -> int:
    folder = lab_folder(var)
    try:
        hosts = yet_to_rotate(folder)
    except FileNotFoundError:
        print(f"There is no demo in {var}. Start it with `make demo`, then rotate from a second terminal.")
        return 1
    if not hosts:
        print("The successors are served already. Delete the demo's folder and start it again for a new story.")
        return 0
    plan = Launch(var=var, port=0, command=spoken("demo rotate"), settings=SETTINGS)
    if code := _run(programs.require_predictions(), plan):
        return code
    rotate(folder)
    print(f"The lab now serves the announced successor on {', '.join(hosts)}.", flush=True)
    # The lab looks for a new plan several times a second; a probe in between would see the old chain once more.
    time.sleep(1)
    return _run(programs.probe_now(), plan)


def _run(program: Program, plan: Launch) -> int:
    return asyncio.run(run_once(program, plan.environment, lambda _, line: print(line, flush=True)))
