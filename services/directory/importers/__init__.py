"""Reads published lists into the directory: `import_file` is the door in, `undo_last` the way back.

One file per kind of list says what its columns mean; `reading` makes rows of any file, `run` carries
them over in portions, `store` compares and writes.
"""

from services.directory.importers.report import Problem, Report
from services.directory.importers.run import import_file
from services.directory.importers.undo import undo_last

__all__ = ["Problem", "Report", "import_file", "undo_last"]
