"""Lists that people give, in selections: ``TargetUserName|expand: '%appliance_accounts%'``.

A selection whose placeholders have no list means no event, and says which list it waits for. The other
selections and steps of its chain go on.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.chains.ir import Selection
from gamekeeper.analytics.chains.selections import selection
from gamekeeper.errors import RuleError
from gamekeeper.model.reasons import NO_VALUES
from gamekeeper.rules.ir import LogSource, Or

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.analytics.chains.ir import Body, Chain, Readings
    from gamekeeper.analytics.chains.selections import Values

_PLACEHOLDER: Final = re.compile(r"%([^%\\]+)%")
#: How placeholders for accounts of a kind are called: ``appliance_accounts``.
ACCOUNTS: Final = "_accounts"


def without_list(name: str) -> str:
    """Return why a selection with this placeholder means no event."""
    kind = name.removesuffix(ACCOUNTS)
    return (
        f"{NO_VALUES}{name}% has no list: name accounts of the kind {kind} in one (--accounts FILE)"
    )


def stated(logsource: object, detection: object, entities: Readings) -> Selection:
    """Return a selection as it is written; raise RuleError where it makes no sense."""
    waiting = tuple(dict.fromkeys(_names(detection)))
    if not waiting:
        return Selection(*selection(logsource, detection), entities)
    if not isinstance(logsource, dict):
        raise RuleError("logsource: a map is expected")
    source = LogSource(**{str(key): str(value) for key, value in logsource.items()})
    text = json.dumps([logsource, detection])
    return Selection(source, Or(()), entities, waiting, text)


def filled(chains: Sequence[Chain], lists: Values) -> tuple[Chain, ...]:
    """Return chains with the values of lists in place of their placeholders, where there are any."""
    given = tuple((name, values) for name, values in lists if values)
    return tuple(_chain(chain, given) for chain in chains) if given else tuple(chains)


def _chain(chain: Chain, lists: Values) -> Chain:
    parts = tuple((name, _body(body, lists)) for name, body in chain.parts)
    return replace(chain, body=_body(chain.body, lists), parts=parts)


def _body(body: Body, lists: Values) -> Body:
    steps = (
        replace(step, selections=tuple(_filled(one, lists) for one in step.selections))
        for step in body.steps
    )
    return replace(body, steps=tuple(steps))


def _filled(one: Selection, lists: Values) -> Selection:
    mine = tuple(pair for pair in lists if pair[0] in one.placeholders)
    if not one.placeholders or len(mine) < len(one.placeholders):
        return one
    logsource, detection = json.loads(one.detection)
    source, condition = selection(logsource, detection, mine)
    return Selection(source, condition, one.entities)


def _names(value: object, is_expanded: bool = False) -> Iterator[str]:
    """Yield the placeholders of a detection, in the values of fields that ``expand`` them."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _names(item, "expand" in str(key).split("|")[1:])
    elif isinstance(value, list):
        for item in value:
            yield from _names(item, is_expanded)
    elif is_expanded:
        yield from _PLACEHOLDER.findall(str(value))
