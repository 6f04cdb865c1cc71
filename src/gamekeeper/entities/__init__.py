"""Who and what the events are about: hosts, accounts, addresses and sessions, one each whatever their names.

``gather.py`` asks a case for the distinct ways in which things are named; ``hosts.py``, ``accounts.py``
and ``addresses.py`` decide which of them are one, and keep the rule by which they did; ``resolve.py`` puts
it together.
"""
