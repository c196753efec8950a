"""Which failures does the command line tell apart? Each carries the exit code of the contract."""


class StillwatchError(Exception):
    """A failure that is told in one line, without a traceback."""

    exit_code = 1


class UsageError(StillwatchError):
    """The caller's mistake: a missing folder, a week that is not a Monday, an unknown name."""

    exit_code = 2


class QualityError(StillwatchError):
    """The data failed its quality gate, and nothing was published."""

    exit_code = 3
