"""The one error a user is meant to read."""


class PipelineError(Exception):
    """Something a person can act on. The message is one line and says what to do."""
