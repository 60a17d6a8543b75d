"""``python -m learnkit`` is the ``learnkit`` command."""

from learnkit.cli import app

if __name__ == "__main__":
    app(prog_name="learnkit")
