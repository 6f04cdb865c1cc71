"""Commands on the incidents of a case: the fields of ``Command``, one entry each."""

from __future__ import annotations

from typing import Final

INCIDENT_COMMANDS: Final = (
    (
        "incidents list",
        "gamekeeper.apps.cli.incidents_list",
        "list the incidents of a case",
        (
            "Lists the incidents that the last run of rules over a case found, best first, with what people "
            "decided about them."
        ),
        (
            ("gamekeeper incidents list --case C", "for people"),
            ("gamekeeper incidents list --case C --json", "for a script, with all steps"),
        ),
    ),
    (
        "incidents show",
        "gamekeeper.apps.cli.incidents_show",
        "tell one incident",
        (
            "Shows one incident: its story in order of time, the best innocent story and what that fails to "
            "explain, what would change the confidence, what to do in which order and what to collect next."
        ),
        (
            ("gamekeeper incidents show --case C 1", "the first to look at"),
            ("gamekeeper incidents show --case C 3fa9", "one by the beginning of its id"),
        ),
    ),
    (
        "incidents explain",
        "gamekeeper.apps.cli.incidents_explain",
        "say why an incident scored so",
        (
            "Shows what each signal of an incident counts: bits of rule, chain, break or baseline, how "
            "common that is here, what other signals say already, what tactics and the worth of the host "
            "add, and by which links it all hangs together."
        ),
        (("gamekeeper incidents explain --case C 1", "the first to look at"),),
    ),
    (
        "incidents decide",
        "gamekeeper.apps.cli.incidents_decide",
        "say what became of an incident",
        (
            "Writes status, owner and note of an incident into the case. They stay with its id over "
            "later runs. What is not given stays as it was."
        ),
        (
            (
                "gamekeeper incidents decide --case C 1 --status in-progress --owner ann",
                "take an incident on",
            ),
            (
                "gamekeeper incidents decide --case C 2 --status benign --note 'ticket 4711'",
                "put one aside, and say why",
            ),
        ),
    ),
    (
        "incidents export",
        "gamekeeper.apps.cli.incidents_export",
        "write incidents for others",
        (
            "Writes incidents of a case on standard output: to read (Markdown, HTML, for one of three "
            "readers), for a script (the JSON of incidents.json with what was decided), and for other "
            "tools (STIX, ATT&CK Navigator, Attack Flow, Timesketch). Hosts and accounts stand there as in "
            "the logs, but for a partner."
        ),
        (
            ("gamekeeper incidents export --case C", "for people"),
            ("gamekeeper incidents export --case C --format json", "for a script"),
            (
                "gamekeeper incidents export --case C --only 1 --for executive --format html",
                "half a page for those who decide",
            ),
            (
                "gamekeeper incidents export --case C --format stix --tlp amber",
                "for a platform of threat intelligence",
            ),
        ),
    ),
)
