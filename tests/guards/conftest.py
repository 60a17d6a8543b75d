"""Makes the helpers of this folder importable by name, whichever import mode pytest runs in."""

import sys
from pathlib import Path

HERE = str(Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)
