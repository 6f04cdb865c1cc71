"""Write the fact table that ships, content/intel/attack.json, from an ATT&CK bundle on this machine.

    python scripts/attack_facts.py enterprise-attack.json --attack-version 18.1

Ids, names, aliases and who was seen with what: no sentence of the bundle is taken over. The notice that
MITRE's licence asks for goes into the table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from gamekeeper.intel.facts import to_json
from gamekeeper.intel.stix import facts_of

TABLE = Path(__file__).parents[1] / "src" / "gamekeeper" / "content" / "intel" / "attack.json"


def main() -> None:
    """Read a bundle, write the table, say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--attack-version", default="", help="where the bundle does not say")
    given = parser.parse_args()
    taken = facts_of(given.bundle.read_bytes(), given.bundle.name, version=given.attack_version)
    TABLE.write_bytes(to_json(taken.facts))
    facts = taken.facts
    print(
        f"ATT&CK {facts.attack}: {len(facts.groups)} groups, {len(facts.campaigns)} campaigns, "
        f"{len(facts.techniques)} techniques; left out: {dict(taken.left_out)}"
    )


if __name__ == "__main__":
    main()
