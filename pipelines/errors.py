"""The errors that a user is meant to read."""


class PipelineError(Exception):
    """Something a person can act on. The message is one line and says what to do."""


class UsageError(PipelineError):
    """The command was asked for something that is not there; nothing was begun."""
