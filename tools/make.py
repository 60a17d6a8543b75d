"""Set up, study, check and build: `python tools/make.py help` lists the commands.

This file runs under any Python, because it is where an old one is turned away; the commands are in `tools/commands.py`.
No function, no annotation and no f-string may stand here: an old Python would stop at the syntax and not at the message.
"""

import os
import subprocess
import sys

REQUIRED = (3, 11)  # as in pyproject.toml; a test keeps the two equal
NEWER = ["python3.13", "python3.12", "python3.11", "python3.14"]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WINDOWS = os.name == "nt"

if sys.version_info < REQUIRED:
    own = os.path.join(ROOT, ".venv", "Scripts", "python.exe") if WINDOWS else os.path.join(ROOT, ".venv", "bin", "python")
    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    with open(os.devnull, "w") as nowhere:
        if os.path.exists(own) and subprocess.call([own, "-c", probe], stdout=nowhere, stderr=nowhere) == 0:
            # An environment made earlier with a newer Python still serves, whatever `python3` means today.
            sys.exit(subprocess.call([own, os.path.abspath(__file__)] + sys.argv[1:]))
        found = None
        for name in NEWER:
            paths = [os.path.join(folder, name) for folder in os.environ.get("PATH", "").split(os.pathsep)]
            if any(os.path.exists(path) for path in paths) and subprocess.call([name, "-c", probe], stdout=nowhere, stderr=nowhere) == 0:
                found = name
                break
    command = (sys.argv[1:] or ["course"])[0]
    message = "This is Python {0}.{1}.{2} ({3}). learnkit needs Python {4}.{5} or newer.\n".format(
        *(tuple(sys.version_info[:3]) + (sys.executable,) + REQUIRED)
    )
    if found:
        message += "This machine also has {0}:\n".format(found)
    else:
        message += (
            "Get one from https://www.python.org/downloads/ or from the system's packages\n"
            "  Debian, Ubuntu:  sudo apt install python3 python3-venv\n"
            "  Fedora:          sudo dnf install python3.12\n"
            "  macOS:           brew install python@3.12\n"
            "and then choose it:\n"
        )
    if WINDOWS:
        message += "  py -3.12 tools\\make.py {0}      (`py --list` shows what is installed)".format(command)
    else:
        name = found or "python3.12"
        message += "  make {0} PYTHON={1}\n  {1} tools/make.py {0}      (without make)".format(command, name)
    sys.exit(message)

sys.path.insert(0, ROOT)
from tools.commands import main  # noqa: E402  (only now is it known that this Python can read it)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
