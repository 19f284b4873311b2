"""How a reader says that a PDF cannot be read."""


class Refused(Exception):
    """The PDF cannot be read; `reason` is a key of model.REASONS."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail
