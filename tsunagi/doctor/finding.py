"""What a check has found: a state, words on it and, unless all is well, what to do."""

from dataclasses import dataclass

OK, WARNING, FAILED = "ok", "warning", "failed"
_SYMBOLS = {OK: "✓", WARNING: "!", FAILED: "✗"}


@dataclass(frozen=True)
class Finding:
    """One line of the report. `do` is empty where there is nothing to do."""

    check: str
    state: str
    says: str
    do: str = ""

    def in_words(self) -> str:
        """Return it as one line, and a second one with what to do."""
        line = f"{_SYMBOLS[self.state]} {self.state:7} {self.check}: {self.says}"
        return f"{line}\n          {self.do}" if self.do else line


def well(check: str, says: str) -> Finding:
    """Return that all is well."""
    return Finding(check, OK, says)


def doubtful(check: str, says: str, do: str) -> Finding:
    """Return what an instance can work with, but somebody should look at."""
    return Finding(check, WARNING, says, do)


def wrong(check: str, says: str, do: str) -> Finding:
    """Return what keeps an instance from working."""
    return Finding(check, FAILED, says, do)
