"""Write the pages that are made from all lessons: docs/notation.md, docs/glossary.md and docs/debugging.md.

python tools/build_pages.py            writes those that are not up to date
python tools/build_pages.py --check    writes nothing, and fails if one is not up to date
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from learnkit.study.pages import PAGES, build_pages  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is not up to date")
    check = parser.parse_args(arguments).check
    stale = build_pages(ROOT / "docs", check=check)
    for name in PAGES:
        print(f"docs/{name}  {('not up to date' if check else 'written') if name in stale else 'up to date'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
