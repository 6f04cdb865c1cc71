"""Write docs/reference/integrity-checks.md from the code, or say with --check that it is out of date."""

from __future__ import annotations

import sys
from pathlib import Path

from gamekeeper.integrity.registry import CAUSES, CHECKS

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "integrity-checks.md"
HEAD = """# Checks and causes of integrity

This page is written from the code by `make fix`: what each check sees, what else explains it, and where it
is blind; then the innocent causes that are held against what checks see.
[How both become a verdict](integrity.md).

## Checks
"""


def section(thing: object, name: str) -> str:
    """Return the entry of one check or cause: its module's own words."""
    text = sys.modules[type(thing).__module__].__doc__ or ""
    return f"### {name}\n\n{text.strip()}\n"


def page() -> str:
    """Return the page."""
    checks = [section(check, check.name) for check in CHECKS]
    causes = [section(cause, cause.name) for cause in CAUSES]
    return "\n".join([HEAD, *checks, "## Causes\n", *causes])


def main() -> int:
    """Write or check the page."""
    text = page()
    if "--check" in sys.argv:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
            print(f"{PAGE.name} is out of date: run 'make fix'", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
