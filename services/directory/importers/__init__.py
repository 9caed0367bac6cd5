"""Reads published lists into the directory: `import_file` is the only door.

One file per kind of list says what its columns mean; `reading` makes rows of any file, `run` carries
them over in portions, `store` compares and writes.
"""

from services.directory.importers.report import Problem, Report
from services.directory.importers.run import import_file

__all__ = ["Problem", "Report", "import_file"]
