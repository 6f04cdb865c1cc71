"""What a utility knows of its own accounts, as a list that people would keep: who has which, and for what."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gamekeeper.simulate.places import Account, World


def account_list(world: World) -> str:
    """Return the accounts of a world as CSV: account, kind, note. Computers have none."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("account", "kind", "note"))
    for account in world.accounts:
        if account.kind != "machine":
            table.writerow((account.name, _kind(account), account.display))
    return text.getvalue()


def _kind(account: Account) -> str:
    is_of_edge = account.kind == "service" and account.duty == "edge"
    return "appliance" if is_of_edge else account.kind
