"""How common a literal is likely to be, guessed from what ordinary Windows logs are full of.

It only decides what is looked at first: a wrong guess costs time.
"""

from __future__ import annotations

#: Folded text as it stands in every Windows log.
ORDINARY = r"""c:\windows\system32\svchost.exe -k netsvcs -p -s
c:\windows\system32\cmd.exe /c
c:\windows\system32\windowspowershell\v1.0\powershell.exe -noprofile
-executionpolicy bypass
c:\windows\syswow64\conhost.exe 0xffffffff -forcev1
c:\windows\explorer.exe c:\windows\temp\ c:\windows\microsoft.net\framework64\
.ini .log .xml
c:\program files (x86)\google\chrome\application\chrome.exe --type=
c:\program files\microsoft office\root\office16\
c:\programdata\microsoft\windows defender\
c:\users\public\ c:\users\administrator\appdata\local\temp\ \appdata\roaming\
.tmp .dll .ps1
c:\windows\system32\services.exe wmiprvse.exe rundll32.exe taskhostw.exe
lsass.exe winlogon.exe
wmiprvse.exe searchindexer.exe msmpeng.exe wuauclt.exe tiworker.exe system idle
process
hklm\system\currentcontrolset\services\
hklm\software\microsoft\windows\currentversion\run
hku\s-1-5-21-\software\classes dword (0x00000000) binary data setvalue createkey
nt authority\system nt authority\network service local service workgroup window
manager\dwm-1
microsoft corporation microsoft windows microsoft® windows® operating system
microsoft windows security
true false yes no - 0x0 0x1 0x3e7 tcp udp 443 80 53 445 135 389 127.0.0.1 ::1
0.0.0.0 4624 4688 success
function param( $ } { return if ( -eq system. get- set- new-object import-module
write-host invoke-
md5= sha1= sha256= imphash= https:// http:// .com .local medium high system .exe
valid signed kerberos
"""
_COMMON = 0.05


def commonness(text: str) -> float:
    """Return a guess of the share of values that hold a folded literal.

    >>> commonness("\\\\") > commonness(".exe") > commonness("-dumpcr.exe")
    True
    """
    return 0.5 ** min(len(text), 24) + (_COMMON if text in ORDINARY else 0.0)
