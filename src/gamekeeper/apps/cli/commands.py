"""The list of commands: what each is for, with examples. A new command is one line here and one file."""

from __future__ import annotations

from gamekeeper.apps.cli._command import Command
from gamekeeper.apps.cli._table_chain_commands import CHAIN_COMMANDS
from gamekeeper.apps.cli._table_incident_commands import INCIDENT_COMMANDS
from gamekeeper.apps.cli._table_intel_commands import INTEL_COMMANDS
from gamekeeper.apps.cli._table_trust_commands import TRUST_COMMANDS

__all__ = ["COMMANDS", "Command"]

COMMANDS = (
    Command(
        "hunt",
        "gamekeeper.apps.cli.hunt",
        "search logs for intruders",
        "Reads Windows event logs (EVTX, and exports as JSON, XML or CSV) and state that outlives them "
        "(registry hives, .reg files, PowerShell histories), files, folders and archives "
        "alike, holds every event against Sigma rules, and reports what was found, what could not be "
        "read and what could not have been seen. The logs are only read; nothing leaves this machine.",
        (
            (
                "gamekeeper hunt C:\\Windows\\System32\\winevt\\Logs",
                "search the logs of this computer",
            ),
            ("gamekeeper hunt evidence.zip --out report", "search an archive and write reports"),
            ("gamekeeper hunt logs --rules builtin --rules my-rules", "add rules of your own"),
            (
                "gamekeeper hunt logs --from 2026-01-01 --exclude 'host:scanner*'",
                "look at one period, without one kind of host",
            ),
            ("gamekeeper hunt logs --json | jq '.findings[].title'", "hand the findings on"),
        ),
    ),
    *TRUST_COMMANDS,
    Command(
        "demo",
        "gamekeeper.apps.cli.demo",
        "try it on simulated logs",
        "Simulates the logs of a small organisation with an intruder in it, hunts through them with the "
        "built-in rules, and says where the report is.",
        (
            ("gamekeeper demo", "simulate, hunt and report in a temporary folder"),
            ("gamekeeper demo --out demo", "keep logs and reports in the folder demo"),
        ),
    ),
    Command(
        "rules update",
        "gamekeeper.apps.cli.rules_update",
        "fetch a set of rules",
        "Fetches Sigma rules and keeps them for every later hunt. Uses the network only when it is given an "
        "address.",
        (
            (
                "gamekeeper rules update --from https://github.com/SigmaHQ/sigma/archive/refs/heads/master.zip",
                "fetch the public Sigma rules",
            ),
            (
                "gamekeeper rules update --from sigma-master.zip",
                "take rules that are on this machine",
            ),
        ),
    ),
    Command(
        "rules list",
        "gamekeeper.apps.cli.rules_list",
        "list the rules that a hunt would use",
        "Lists every rule with its level, and those that cannot be used with the reason. Filters "
        "narrow each other; of several of one kind any will do.",
        (
            ("gamekeeper rules list", "the rules of a hunt without --rules"),
            ("gamekeeper rules list --rules my-rules --json", "other rules, for a script"),
            ("gamekeeper rules list --level high --tag T1003", "what is severe and reads secrets"),
        ),
    ),
    Command(
        "rules check",
        "gamekeeper.apps.cli.rules_check",
        "look for mistakes in rules",
        "Examines rule files: form, detections that nothing uses, conditions that nothing can meet, "
        "fields that the log does not have, ATT&CK tags, ids that are used twice, cost. Exit code 0 "
        "where there is nothing but notes, 10 where there are warnings or errors.",
        (("gamekeeper rules check my-rules", "examine a folder"),),
    ),
    Command(
        "rules explain",
        "gamekeeper.apps.cli.rules_explain",
        "show what a rule means here",
        "Shows one rule: its condition as a tree, the logs that it looks at and the fields that it "
        "asks there, the texts that are looked for first, what it costs, and what it cannot see.",
        (("gamekeeper rules explain my-rules/ntds.yml", "explain a rule file"),),
    ),
    Command(
        "rules test",
        "gamekeeper.apps.cli.rules_test",
        "run rules on their own sample events",
        "Runs cases, each of which is some events and whether a rule is true of them: SigmaHQ's "
        "regression data, or events written in YAML. Of a case that fails it says which parts of the "
        "condition were false. Exit code 0 where all cases pass, 10 where one fails.",
        (("gamekeeper rules test my-tests --rules my-rules", "run all cases of a folder"),),
    ),
    Command(
        "rules coverage",
        "gamekeeper.apps.cli.rules_coverage",
        "map rules to ATT&CK",
        "Writes a layer for the ATT&CK Navigator: the techniques that the rules are about, in the "
        "numbers of ATT&CK v18. With the summary of a hunt it tells what those logs let the rules see "
        "from what they were blind to.",
        (
            (
                "gamekeeper rules coverage --summary report/summary.json --out layer.json",
                "what could have been seen in a hunt",
            ),
        ),
    ),
    Command(
        "rules noise",
        "gamekeeper.apps.cli.rules_noise",
        "show which rules make the most matches",
        "Reads the folder of a hunt and shows for every rule how many matches it made, on how many hosts "
        "and days, in how many shapes, and with which values: where tuning pays.",
        (("gamekeeper rules noise report", "the noisiest rules of a hunt"),),
    ),
    Command(
        "rules tune",
        "gamekeeper.apps.cli.rules_tune",
        "propose filters for false alarms",
        "Looks at matches that are known to be harmless and at those that are known to be harmful, and "
        "proposes Sigma filters which take the former away. Each is run on both before it is proposed; one "
        "that loses a single harmful match is not.",
        (
            (
                "gamekeeper rules tune --benign clean-logs --malicious attack-logs --out filters",
                "from two folders of logs",
            ),
            (
                "gamekeeper rules tune --matches report/matches.jsonl --labels judged.csv --logs logs",
                "from the matches of a hunt that you have looked at",
            ),
        ),
    ),
    *CHAIN_COMMANDS,
    Command(
        "ingest",
        "gamekeeper.apps.cli.ingest",
        "take logs into a case",
        "Reads logs once and keeps their events in a case: a folder of Parquet files that can be searched "
        "and asked again and again. The same log, or the same event in another copy of it, counts once. "
        "May be stopped and started again at any time.",
        (
            ("gamekeeper ingest evidence.zip --case C", "make the case C, or add to it"),
            (
                "gamekeeper ingest logs --case C --organisation 'Example Utility'",
                "say whose logs these are",
            ),
        ),
    ),
    Command(
        "rehunt",
        "gamekeeper.apps.cli.rehunt",
        "search a case, with new rules or for new events",
        "Holds the events of a case against rules, without reading the logs again, and keeps the findings "
        "in the case.",
        (
            ("gamekeeper rehunt --case C", "search everything with the rules of a hunt"),
            ("gamekeeper rehunt --case C --rules new.yml", "try new rules on years of logs"),
            ("gamekeeper rehunt --case C --since last", "only what came since the last run"),
        ),
    ),
    *(Command(*one) for one in INCIDENT_COMMANDS),
    Command(
        "case info",
        "gamekeeper.apps.cli.case_info",
        "show what is in a case",
        "Shows events by dataset and host, first and last time, logs, sizes and runs of rules.",
        (
            ("gamekeeper case info --case C", "for people"),
            ("gamekeeper case info --case C --json", "for a script"),
        ),
    ),
    Command(
        "case verify",
        "gamekeeper.apps.cli.case_verify",
        "check that a case is as it was written",
        "Reads every file of a case and holds it against the manifest: SHA-256, columns, rows, hosts and "
        "times; for each log, records that were there = events + copies + rejects; every copy leads to an "
        "event that is there. Exit code 0 where all of it holds, 5 where anything does not.",
        (
            ("gamekeeper case verify --case C", "check the case"),
            ("gamekeeper case verify --case C --sources", "and the logs that it was made of"),
        ),
    ),
    Command(
        "case files",
        "gamekeeper.apps.cli.case_files",
        "list the files of a case, for other tools",
        "Lists the Parquet files that belong to a case now, for DuckDB, Polars, pandas or Spark: path, "
        "dataset, rows, bytes, SHA-256, first and last time. Nobody else should guess them from the folder.",
        (
            ("gamekeeper case files --case C", "for people"),
            (
                "gamekeeper case files --case C --json --dataset windows.security | jq -r '.[].path'",
                "the files of one dataset, for a script",
            ),
        ),
    ),
    Command(
        "case compact",
        "gamekeeper.apps.cli.case_compact",
        "merge small files of a case, let old events go",
        "Merges the small files that many ingests leave into large ones, which are read far quicker. With "
        "--before, events that happened before a time are taken out for good, and the books say how many.",
        (
            ("gamekeeper case compact --case C", "merge files"),
            (
                "gamekeeper case compact --case C --before 2024-01-01",
                "let go of what is older, and merge files",
            ),
        ),
    ),
    Command(
        "case forget",
        "gamekeeper.apps.cli.case_forget",
        "take the events of one log out of a case",
        "Takes out everything that one log brought. The log keeps its number and row, marked as forgotten; "
        "taken in again, it is read as if it were new. Where other logs held copies of its events, it says "
        "which: the next ingest of them reads them anew.",
        (
            ("gamekeeper case forget --case C --source logs/old.evtx", "a log by its path"),
            ("gamekeeper case forget --case C --source 12", "by its number"),
        ),
    ),
    Command(
        "case export",
        "gamekeeper.apps.cli.case_export",
        "hand the events of a case to other tools",
        "Writes the events of a case to a folder of their own: as plain Parquet, as Delta Lake or as Apache "
        "Iceberg, one table a dataset, with a list of the logs that they came from.",
        (
            ("gamekeeper case export --case C --to export", "plain Parquet"),
            (
                "gamekeeper case export --case C --to lake --format delta",
                "a Delta table a dataset",
            ),
        ),
    ),
    Command(
        "search",
        "gamekeeper.apps.cli.search",
        "find events in a case by what stands in them",
        "Finds events by words in any field, by values of fields, or by patterns, in order of time, with "
        "the field in which the first term stands.",
        (
            ("gamekeeper search ntdsutil --case C", "a word, anywhere"),
            (
                "gamekeeper search 'TargetUserName=adm*' 4624 --case C --host dc01",
                "logons of some accounts on one host",
            ),
            ("gamekeeper search --regex 'v4tov[46]' --case C --json", "a pattern, for a script"),
        ),
    ),
    Command(
        "stack",
        "gamekeeper.apps.cli.stack",
        "count values in a case, the rarest first",
        "Counts the values of a field, or of several together, with the hosts that they were seen on, and "
        "when first and last. What is rare comes first.",
        (
            ("gamekeeper stack Image ParentImage --case C", "rare pairs of program and parent"),
            ("gamekeeper stack ServiceName ImagePath --case C --json", "services, for a script"),
        ),
    ),
    Command(
        "pivot",
        "gamekeeper.apps.cli.pivot",
        "go from one thing to all that touches it",
        "Starts from a host, an account, an address, a hash, a file, a process or a logon session, under any "
        "of its names, and counts the events that touch it, by the part it played in them; then what else "
        "stands in these events, the rarest first.",
        (
            ("gamekeeper pivot 10.0.0.7 --case C", "what came from an address or went to it"),
            ("gamekeeper pivot anna@example.org --case C --events", "all of an account, by time"),
            ("gamekeeper pivot 1064@ws01 --case C --json", "a process, for a script"),
        ),
    ),
    Command(
        "entities",
        "gamekeeper.apps.cli.entities",
        "list hosts, accounts and addresses under all of their names",
        "Lists who and what the events are about, each once whatever its spelling, with the rules that "
        "joined its names. What may be one or two is left apart and says so.",
        (
            ("gamekeeper entities --case C", "hosts, accounts and addresses"),
            ("gamekeeper entities --case C --kind session", "logon sessions with start and end"),
        ),
    ),
    Command(
        "ask",
        "gamekeeper.apps.cli.ask",
        "put a question in SQL to a case",
        "Answers one SELECT over the events of a case. A case is only read: nothing else is let through, "
        "and no other file can be opened.",
        (
            (
                'gamekeeper ask "SELECT EventID, count(*) FROM windows_security GROUP BY ALL" --case C',
                "count events by id",
            ),
        ),
    ),
    Command(
        "timeline",
        "gamekeeper.apps.cli.timeline",
        "show what happened, in order",
        "Shows the events of a case in order of time, each as one line that says who did what, with what "
        "the last run of rules found in it.",
        (
            (
                "gamekeeper timeline --case C --last 1d --timezone Europe/Berlin",
                "the last day of the case, in local time, too",
            ),
            (
                "gamekeeper timeline --case C --findings --profile full --parquet found.parquet",
                "what rules found, with all fields",
            ),
            (
                "gamekeeper timeline --case C --profile timesketch --json",
                "everything, for Timesketch",
            ),
        ),
    ),
    Command(
        "process-tree",
        "gamekeeper.apps.cli.process_tree",
        "show which process started which",
        "Shows the processes of a case as trees, host by host, from Sysmon 1 and 5 and Security 4688 and "
        "4689. Parents are found by ProcessGuid, else by process id and time; one whose start is not in "
        "the logs is shown as its children name it. --from and --to choose what is shown; parents that "
        "started in the days before are linked all the same.",
        (
            ("gamekeeper process-tree --case C --host ws-01", "all processes of one host"),
            ("gamekeeper process-tree --case C --match ntdsutil", "a command, with what led to it"),
            ("gamekeeper process-tree --case C --root 6740 --json", "what one process started"),
        ),
    ),
    Command(
        "scripts",
        "gamekeeper.apps.cli.scripts",
        "show PowerShell scripts that ran",
        "Puts the script blocks of PowerShell's 4104 together from their parts and shows which parts are "
        "missing, with host, account, path and digest. Nothing is ever run.",
        (
            ("gamekeeper scripts --case C --distinct", "each text once, the rarest first"),
            ("gamekeeper scripts --case C --suspicious --match invoke", "some of them"),
            ("gamekeeper scripts --case C --out found", "each text as a file to read"),
        ),
    ),
    Command(
        "base64",
        "gamekeeper.apps.cli.base64",
        "find and decode Base64",
        "Finds Base64 in command lines, scripts, services, tasks and registry values, decodes it, also "
        "where it is nested or compressed, and shows what is inside and how sure that is. Nothing is "
        "ever run.",
        (
            ("gamekeeper base64 --case C", "what is hidden where"),
            ("gamekeeper base64 --case C --everywhere --json", "in every field of every event"),
        ),
    ),
    Command(
        "logons",
        "gamekeeper.apps.cli.logons",
        "list who logged on where, and who was refused",
        "Lists sessions from their start to their end with where they came from and what they may, refused "
        "logons with the reason, passwords given by hand, tickets, NTLM checks and remote desktops. An end "
        "that is in no log is said to be missing.",
        (
            ("gamekeeper logons --case C --failed", "what was refused, and why"),
            (
                "gamekeeper logons --case C --people --type 10 --type 3",
                "people from the network and over remote desktop",
            ),
            ("gamekeeper logons --case C --matrix --csv", "who came from where to where, counted"),
        ),
    ),
    Command(
        "accounts",
        "gamekeeper.apps.cli.accounts",
        "list the accounts that the events name",
        "Lists every account with its SIDs, hosts, logons and failures, what became of it (created, enabled, "
        "locked ...), the groups it joined, its privileges and the services that run as it.",
        (("gamekeeper accounts --case C --name 'svc-*'", "service accounts, by their names"),),
    ),
    Command(
        "computers",
        "gamekeeper.apps.cli.computers",
        "list the computers that the events come from",
        "Lists every computer with its names, domain, system, addresses, time zone, starts and crashes, and "
        "what of its logs is there.",
        (("gamekeeper computers --case C", "all of them"),),
    ),
    Command(
        "metrics",
        "gamekeeper.apps.cli.metrics",
        "count events by kind, host and day",
        "Counts the events of a case, with the first and the last of each kind: what is there, and where it "
        "has holes.",
        (
            (
                "gamekeeper metrics --case C --by channel --by day",
                "events of each channel on each day",
            ),
        ),
    ),
    Command(
        "services",
        "gamekeeper.apps.cli.services",
        "list services that were installed, changed or started",
        "Lists what Service Control Manager, the security log and Sysmon say about services, with the number "
        "of hosts that have a service of that name or path.",
        (("gamekeeper services --case C --installed", "what was installed"),),
    ),
    Command(
        "tasks",
        "gamekeeper.apps.cli.tasks",
        "list scheduled tasks and what they do",
        "Lists tasks that were created, changed, deleted or started, with commands, arguments, triggers and "
        "accounts decoded from their definition.",
        (("gamekeeper tasks --case C --name '*update*'", "tasks of such a name"),),
    ),
    Command(
        "network",
        "gamekeeper.apps.cli.network",
        "list which program talked to whom",
        "Lists connections, accepted ones and questions for names by host and program, with the number of "
        "hosts that had to do with the same peer.",
        (
            ("gamekeeper network --case C --program powershell.exe", "what PowerShell talked to"),
            ("gamekeeper network --case C --listeners", "who took connections on which port"),
        ),
    ),
    *(Command(*row) for row in INTEL_COMMANDS),
    Command(
        "evaluate",
        "gamekeeper.apps.cli.evaluate",
        "hold incidents against what is known to have happened",
        "Reads the folder that a hunt wrote and a truth: how many true steps are in the right incident, "
        "which rank it has, how many incidents and signals are about nothing that happened, what was merged "
        "or split wrongly, how much there is to look at, and how long the hunt took.",
        (
            ("gamekeeper evaluate report --truth truth.jsonl", "a simulated world"),
            (
                "gamekeeper evaluate report --truth steps.csv --key key.yml --logs events.json.gz",
                "a campaign of captures, by a key of artefacts",
            ),
            ("gamekeeper evaluate report --learning-days 14", "logs in which nothing happened"),
        ),
    ),
    Command(
        "simulate",
        "gamekeeper.apps.cli.simulate",
        "write logs of an organisation that does not exist",
        "Writes Windows event logs of invented computers and people, with the truth about what happened "
        "beside them: for training, and to see what a hunt finds.",
        (
            (
                "gamekeeper simulate logs --hosts 6 --days 1",
                "a day of ordinary work of six computers",
            ),
            (
                "gamekeeper simulate logs --seed 7 --intrusion volt-typhoon",
                "three days with an intruder",
            ),
            (
                "gamekeeper simulate logs --tamper linked-past:channel=Security --lives live-copy",
                "records hidden from one log, another copied while in use",
            ),
        ),
    ),
    Command(
        "version",
        "gamekeeper.apps.cli.version",
        "show the versions of Gamekeeper and what it stands on",
        "Shows the version of Gamekeeper, of Python and of the packages that decide how it reads.",
        (("gamekeeper version --json", "for a script"),),
    ),
)


def command(name: str) -> Command:
    """Return a command by its name."""
    return next(command for command in COMMANDS if command.name == name)
