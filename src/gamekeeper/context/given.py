"""All context of a run: what was given, opened once and asked for distinct values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from gamekeeper.context.accounts import Accounts
from gamekeeper.context.assets import Assets
from gamekeeper.context.geoip import GeoIp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from gamekeeper.model.context import GivenFile


class Context:
    """Assets, accounts and places; empty where nothing was given."""

    def __init__(
        self,
        assets: Iterable[str] = (),
        accounts: Iterable[str] = (),
        geoip: Iterable[str] = (),
    ) -> None:
        """Read the files; raise UsageError where one is not what it should be."""
        self.assets = Assets.read(assets)
        self.accounts = Accounts.read(accounts)
        self.places = GeoIp(geoip)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.places.close()

    @property
    def files(self) -> tuple[GivenFile, ...]:
        """The account of every file, in the order assets, accounts, places."""
        return (*self.assets.files, *self.accounts.files, *self.places.files)
