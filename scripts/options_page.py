"""Write docs/reference/options.md from the table of settings, or say with --check that it is out of date."""

from __future__ import annotations

import sys
from pathlib import Path

from gamekeeper.apps.cli.commands import COMMANDS, Command
from gamekeeper.apps.cli.exits import MEANINGS
from gamekeeper.settings import ENVIRONMENT_PREFIX, SETTINGS, Kind, Setting, settings_of

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "options.md"
HEAD = """# Commands and options

This page is written from the table of settings by `make fix`.

A value is taken from the command line, else from the environment, else from the file with settings, else
it is the default. The file is the one named by `--config`, else the one named by `GAMEKEEPER_CONFIG`, else
`gamekeeper.toml` in your own configuration folder (`~/.config/gamekeeper`; on Windows
`%APPDATA%\\gamekeeper`). It is never looked for beside the logs: evidence must not be able to change how it
is examined. An unknown key in it is an error.
"""
EXAMPLE = """
```toml
# gamekeeper.toml
rules = ["builtin", "/srv/sigma/rules"]
min_level = "low"
exclude = ["host:scanner*"]
workers = 4
```

Several values of one variable are separated by commas (`GAMEKEEPER_EXCLUDE=host:a,host:b`);
`GAMEKEEPER_PASSWORD` is one password, commas and all. `GAMEKEEPER_CACHE` moves the folder of things that can
be computed again (parsed rules), `GAMEKEEPER_HOME` that of what was fetched (rules).
"""


def cell(text: str) -> str:
    """Return text that is safe inside a table."""
    return text.replace("|", "\\|")


def spelling(setting: Setting) -> str:
    """Return an option as it is typed."""
    if not setting.flag:
        return f"`{setting.metavar}`"
    flags = ", ".join(f"`{flag}`" for flag in (setting.short, setting.flag) if flag)
    return f"{flags} `{setting.metavar}`" if setting.metavar else flags


def row(setting: Setting) -> str:
    """Return one option as a row of its command's table."""
    default = "" if setting.default in (None, False, (), "") else f"`{setting.default}`"
    more = " May be given more than once." if setting.repeats and setting.flag else ""
    need = "required" if setting.required else default
    return f"| {cell(spelling(setting))} | {cell(setting.help)}{more} | {need} |"


def section(command: Command) -> str:
    """Return the part of the page on one command."""
    examples = "\n".join(f"{line}  # {purpose}" for line, purpose in command.examples)
    rows = "\n".join(row(setting) for setting in settings_of(command.name))
    return (
        f"\n## gamekeeper {command.name}\n\n{command.description}\n\n```sh\n{examples}\n```\n\n"
        f"| option | what it does | default |\n|---|---|---|\n{rows}\n"
    )


def keys() -> str:
    """Return the table of keys of the file and the environment."""
    rows = "\n".join(
        f"| `{s.name}` | `{ENVIRONMENT_PREFIX}{s.name.upper()}` | {kind(s)} | {cell(s.flag)} |"
        for s in SETTINGS
        if s.in_file
    )
    return (
        "\n## Keys of the file and of the environment\n\n"
        f"| key | variable | value | option |\n|---|---|---|---|\n{rows}\n{EXAMPLE}"
    )


def kind(setting: Setting) -> str:
    """Return what a key's value is."""
    word = "true or false" if setting.kind is Kind.FLAG else setting.kind.value
    return f"list of {word}" if setting.repeats else word


def page() -> str:
    """Return the whole page."""
    exits = "\n".join(f"| {code} | {meaning} |" for code, meaning in MEANINGS.items())
    return (
        HEAD
        + "".join(section(command) for command in COMMANDS)
        + keys()
        + f"\n## Exit codes\n\n| code | meaning |\n|---|---|\n{exits}\n"
    )


def main() -> None:
    """Write the page, or compare it."""
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            sys.exit(f"{PAGE.name} is out of date: run 'make fix'")
        return
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
