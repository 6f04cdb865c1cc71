"""What was typed, against the table of settings. Nothing heavy may be imported here: help waits for it."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING, NoReturn

from gamekeeper import settings
from gamekeeper.apps.cli.commands import COMMANDS, Command
from gamekeeper.apps.cli.exits import MEANINGS
from gamekeeper.errors import UsageError
from gamekeeper.settings import Kind, Setting, near

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gamekeeper.settings import Value

_INTRODUCTION = (
    "Finds intruders who live off the land, in the Windows logs that an organisation already has. "
    "Reads only; nothing leaves this machine."
)


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line that says what to do."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see '{self.prog} --help')")


def _epilog(command: Command) -> str:
    lines = ["examples:"]
    for line, purpose in command.examples:
        lines += [f"  {line}", f"      {purpose}"]
    if command.name == "hunt":
        lines += ["", "exit codes:"]
        lines += [f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items()]
    return "\n".join(lines)


def _checked(setting: Setting) -> Callable[[str], bool | int | str]:
    def read(text: str) -> bool | int | str:
        try:
            return settings.read_text(setting, text)
        except UsageError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def _default_note(setting: Setting) -> str:
    if setting.default in (None, False, (), ""):
        return ""
    return f" [default: {setting.default}]"


def _add(parser: argparse.ArgumentParser, setting: Setting) -> None:
    text = (setting.help + _default_note(setting)).replace("%", "%%")
    if not setting.flag:
        many = "+" if setting.repeats else None
        parser.add_argument(setting.name, metavar=setting.metavar, nargs=many, help=text)
        return
    flags = [flag for flag in (setting.short, setting.flag) if flag]
    if setting.kind is Kind.FLAG:
        parser.add_argument(*flags, dest=setting.name, action="store_true", default=None, help=text)
        return
    parser.add_argument(
        *flags,
        dest=setting.name,
        action="append" if setting.repeats else "store",
        type=_checked(setting),
        metavar=setting.metavar,
        required=setting.required,
        help=text,
    )


def command_parser(command: Command) -> argparse.ArgumentParser:
    """Return the parser of one command."""
    parser = _Parser(
        prog=f"gamekeeper {command.name}",
        description=textwrap.fill(command.description, 79),
        epilog=_epilog(command),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for setting in settings.settings_of(command.name):
        _add(parser, setting)
    return parser


def overview() -> str:
    """Return the help of the whole program."""
    width = max(len(command.name) for command in COMMANDS)
    listed = "\n".join(f"  {c.name:<{width}}  {c.summary}" for c in COMMANDS)
    about = textwrap.fill(_INTRODUCTION, 79)
    return (
        f"usage: gamekeeper COMMAND [options]\n\n{about}\n\ncommands:\n{listed}\n\n"
        "start here:\n"
        "  gamekeeper demo                     see what a hunt gives, on simulated logs\n"
        "  gamekeeper hunt PATH --out report   search your logs and write reports\n"
        "  gamekeeper COMMAND --help           options and examples of a command\n"
    )


def find_command(words: Sequence[str]) -> tuple[Command, list[str]]:
    """Return the command that the words begin with, and what is left of them."""
    by_name = {command.name: command for command in COMMANDS}
    for length in (2, 1):
        name = " ".join(words[:length])
        if name in by_name:
            return by_name[name], list(words[length:])
    families = {name for name in by_name if name.split()[0] == words[0]}
    if families:
        hint = near(" ".join(words[:2]), families) if len(words) > 1 else ""
        raise UsageError(f"'{words[0]}' needs one of: {', '.join(sorted(families))}{hint}")
    hint = near(words[0], by_name)
    raise UsageError(f"there is no command {words[0]!r}{hint} (see 'gamekeeper --help')")


def parse(command: Command, words: Sequence[str]) -> dict[str, Value]:
    """Return the value of every setting of a command."""
    parser = command_parser(command)
    known, unknown = parser.parse_known_args(words)
    if unknown:
        flags = [setting.flag for setting in settings.settings_of(command.name) if setting.flag]
        word = unknown[0].partition("=")[0]
        raise UsageError(
            f"{command.name} has no option {word!r}{near(word, flags)} (see '{parser.prog} --help')"
        )
    typed: dict[str, Value] = {}
    for name, value in vars(known).items():
        typed[name] = tuple(value) if isinstance(value, list) else value
    return settings.resolve(command.name, typed)
