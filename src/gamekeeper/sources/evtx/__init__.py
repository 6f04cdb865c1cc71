"""EVTX, the Windows event log file: a compiled decoder, and the slow truth that it must equal."""
