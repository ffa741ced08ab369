"""The peers' end of the line protocol: a command on each line of standard input, one JSON object on standard output for each."""

import json
import os
import sys


def peak_bytes():
    """The largest resident size of this process so far (VmHWM), or 0 where the system does not say."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def reset_peak():
    """Starts VmHWM anew from the present size, so that it tells of the work and not of starting up."""
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
    except OSError:
        pass


def serve(ready, commands):
    """Says that this peer is ready, then answers commands until standard input ends.

    ready: what to say first, a dict. commands: name -> function from the words after the name to a dict.
    """
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print is no answer
    commands = {"reset": lambda: reset_peak() or {}, **commands}
    print(json.dumps({"ready": True, **ready}), file=answers)
    for line in sys.stdin:
        name, *words = line.split()
        try:
            reply = commands[name](*words)
        except Exception as failure:  # said to the other end, which decides
            reply = {"error": f"{type(failure).__name__}: {failure}".splitlines()[0]}
        print(json.dumps(reply), file=answers)
