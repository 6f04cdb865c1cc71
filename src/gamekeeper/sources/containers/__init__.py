"""Everything that may stand around a log file: folders, globs, standard input, archives in archives.

:func:`open_inputs` turns what a person named into :class:`~gamekeeper.sources.base.Origin` objects. Members
of archives are spooled to files that have numbers for names: no name from an archive ever reaches the disk.
What is not opened comes out as a :class:`~gamekeeper.model.results.Refusal` that says why.
"""

from gamekeeper.sources.containers.discover import open_inputs
from gamekeeper.sources.containers.limits import Limits

__all__ = ["Limits", "open_inputs"]
