"""EVTX, the Windows event log file: a fast reader in kernels, and the slow truth that it must equal."""
