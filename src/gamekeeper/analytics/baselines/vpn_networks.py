"""From which networks a person dials in.

Finds: an account that comes in over the VPN from a network from which it never came.
Why: this actor comes in with valid accounts through the victim's own VPN, from leased or hijacked lines near
by. The country and the hour say nothing then; the line does.
What is read: 6272 and 6278 of Network Policy Server, which say who was let in by RADIUS, where the port is a
virtual one (a VPN) and the station that called is an address beyond one's own networks. A network is the
first half of an IPv4 address, the first two groups of an IPv6 one: about what one provider deals out at one
place, so that a new address of the same line is nothing new.
False positives: people who travel, a telephone as the way in, a change of provider; the more often an
account changes its networks, the less a new one says.
Blind: VPNs whose access is not asked of Network Policy Server, or whose device does not pass on where the
call came from; Windows' own remote access service, which logs no address of who came in; an intruder on a
line of the same provider.
ATT&CK: T1133, T1078.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import Baseline, Look, Whose, part

BASELINE: Final = Baseline(
    name="vpn-networks",
    title="a network from which an account dials in",
    whose=Whose.ACCOUNT,
    key=("network",),
    looks=(
        Look(
            "windows.security",
            (6272, 6278),
            part("SubjectUserName", "account"),
            (part("CallingStationID", "network"),),
            only=(part("NASPortType", "virtual"),),
        ),
    ),
    attack=("T1133", "T1078"),
)
