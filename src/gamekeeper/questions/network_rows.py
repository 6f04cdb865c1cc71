"""The witnesses of network activity in SQL, each log turned into one form."""

from __future__ import annotations

from typing import Final

from gamekeeper.questions.fragments import address, fact, field, port, words

_SYSMON: Final = "windows.sysmon"
_SECURITY: Final = "windows.security"
_SERVER: Final = "windows.dns_server"
_OTHER: Final = "windows.other"
#: IP protocols that the filtering platform numbers.
_TRANSPORTS: Final = {
    "1": "icmp",
    "6": "tcp",
    "17": "udp",
    "47": "gre",
    "50": "esp",
    "58": "ipv6-icmp",
}
#: The first port that Windows itself gives to the near end of a connection.
_EPHEMERAL: Final = 49_152
_CLIENT_CHANNEL: Final = "microsoft-windows-dns-client/operational"
_PLACE: Final = """"EventID", "@timestamp", "event.filetime", "event.source", "event.offset",
  "event.record_id\""""
_NAMES: Final = {
    "action": ("event.action", "VARCHAR"),
    "program": ("process.executable", "VARCHAR"),
    "user": ("user.name", "VARCHAR"),
    "direction": ("network.direction", "VARCHAR"),
    "transport": ("network.transport", "VARCHAR"),
    "source": ("source.ip", "VARCHAR"),
    "target": ("destination.ip", "VARCHAR"),
    "port": ("destination.port", "INTEGER"),
    "domain": ("destination.domain", "VARCHAR"),
    "question": ("dns.question.name", "VARCHAR"),
    "response": ("dns.response_code", "VARCHAR"),
}


def _row(origin: str, **given: str) -> str:
    """Return a SELECT of one witness; what it does not say is null."""
    host = given.pop("host", "host")
    said = ", ".join(
        f'CAST({given.get(short, "NULL")} AS {kind}) AS "{name}"'
        for short, (name, kind) in _NAMES.items()
    )
    return f"""SELECT {host} AS "host.name", {said}, {_PLACE} FROM {origin}"""


def talks() -> str:
    """Return the CTEs up to ``sided``: every connection, with which end is the host's own.

    Sysmon and Windows have changed their minds about which end of an accepted connection is the source. The
    end whose address began other connections on this host is its own; where that does not tell, the end with
    the port of a service is.
    """
    return f"""
talks AS NOT MATERIALIZED ({_of_sysmon()} UNION ALL {_of_platform()}),
own AS (SELECT DISTINCT host AS own_host, source_ip AS own_ip FROM talks WHERE began),
sided AS (
  SELECT talks.*, NOT began AND CASE
    WHEN (near.own_ip IS NULL) <> (far.own_ip IS NULL) THEN near.own_ip IS NOT NULL
    ELSE coalesce(source_port < {_EPHEMERAL} AND target_port >= {_EPHEMERAL}, false) END AS is_turned
  FROM talks
  LEFT JOIN own AS near ON near.own_host = host AND near.own_ip = source_ip
  LEFT JOIN own AS far ON far.own_host = host AND far.own_ip = target_ip
)"""


def connections() -> str:
    """Return connections: of those that a host began whereto, of others from where to which port."""
    return _row(
        "sided",
        action="""CASE WHEN "EventID" = 5157 THEN 'blocked' WHEN began THEN 'connected'
          ELSE 'accepted a connection' END""",
        program="program",
        user="person",
        direction="CASE WHEN began THEN 'egress' ELSE 'ingress' END",
        transport="transport",
        source="CASE WHEN began THEN NULL WHEN is_turned THEN target_ip ELSE source_ip END",
        target="CASE WHEN began THEN target_ip END",
        port="CASE WHEN is_turned THEN source_port ELSE target_port END",
        domain="CASE WHEN began THEN target_name END",
    )


def listeners() -> str:
    """Return ports: taken connections, 5154 (listening) and 5158 (a port taken, for whatever purpose).

    A high port that was merely taken is as a rule the near end of a connection: those of 5158 are left out.
    """
    taken = _row(
        """(SELECT * FROM sided WHERE NOT began AND "EventID" <> 5157)""",
        action="'accepted a connection'",
        program="program",
        user="person",
        direction="'ingress'",
        transport="transport",
        port="CASE WHEN is_turned THEN source_port ELSE target_port END",
    )
    near = port(field(_SECURITY, "SourcePort"))
    bound = _row(
        f"""windows_security
      WHERE "EventID" = 5154 OR ("EventID" = 5158 AND {near} < {_EPHEMERAL})""",
        action="""CASE "EventID" WHEN 5154 THEN 'listened' ELSE 'took a port' END""",
        program=fact(_SECURITY, "Application"),
        direction="'ingress'",
        transport=words(fact(_SECURITY, "Protocol"), _TRANSPORTS),
        port=near,
        host='"host.name"',
    )
    return f"{taken} UNION ALL {bound}"


def names_asked() -> str:
    """Return questions for names: Sysmon 22, DNS client 3008, and DNS server 256, which knows who asked."""
    by_program = _row(
        """windows_sysmon WHERE "EventID" = 22""",
        action="'asked for a name'",
        program=fact(_SYSMON, "Image"),
        user=fact(_SYSMON, "User"),
        direction="'egress'",
        question=fact(_SYSMON, "QueryName"),
        response=fact(_SYSMON, "QueryStatus"),
        host='"host.name"',
    )
    by_client = _row(
        f"""windows_other
      WHERE "EventID" = 3008 AND lower("Channel") = '{_CLIENT_CHANNEL}'""",
        action="'asked for a name'",
        direction="'egress'",
        question=fact(_OTHER, "QueryName"),
        response=fact(_OTHER, "QueryStatus"),
        host='"host.name"',
    )
    by_server = _row(
        """windows_dns_server WHERE "EventID" = 256""",
        action="'was asked for a name'",
        direction="'ingress'",
        source=address(field(_SERVER, "Source")),
        question=fact(_SERVER, "QNAME"),
        host='"host.name"',
    )
    return f"{by_program} UNION ALL {by_client} UNION ALL {by_server}"


def _of_sysmon() -> str:
    return f"""
SELECT "host.name" AS host, {fact(_SYSMON, "Image")} AS program, {fact(_SYSMON, "User")} AS person,
  lower({fact(_SYSMON, "Protocol")}) AS transport,
  lower({fact(_SYSMON, "Initiated")}) IS DISTINCT FROM 'false' AS began,
  {address(field(_SYSMON, "SourceIp"))} AS source_ip, {port(field(_SYSMON, "SourcePort"))} AS source_port,
  {address(field(_SYSMON, "DestinationIp"))} AS target_ip,
  {port(field(_SYSMON, "DestinationPort"))} AS target_port,
  {fact(_SYSMON, "DestinationHostname")} AS target_name, {_PLACE}
FROM windows_sysmon WHERE "EventID" = 3"""


def _of_platform() -> str:
    # Of ICMP the platform gives type and code as ports.
    is_icmp = f"coalesce({fact(_SECURITY, 'Protocol')} IN ('1', '58'), false)"
    ends = [
        f"CASE WHEN NOT {is_icmp} THEN {port(field(_SECURITY, name))} END"
        for name in ("SourcePort", "DestPort")
    ]
    return f"""
SELECT "host.name", {fact(_SECURITY, "Application")}, NULL,
  {words(fact(_SECURITY, "Protocol"), _TRANSPORTS)}, {fact(_SECURITY, "Direction")} = '%%14593',
  {address(field(_SECURITY, "SourceAddress"))}, {ends[0]},
  {address(field(_SECURITY, "DestAddress"))}, {ends[1]}, NULL, {_PLACE}
FROM windows_security WHERE "EventID" IN (5156, 5157)"""
