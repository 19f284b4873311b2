"""The capped child process: takes one request a line on standard input, answers in JSON lines on standard output.

Requests: {"read": path, "sha256": hash} or {"cells": path, "sha256": hash, "places": [[key, page, box], …]}.
Answers: {"page": n, "of": m} while it goes on, then {"reading": …}, {"texts": …} or {"refused": reason, "detail": …}.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from pipelines.processes import die_with_parent


def main() -> None:
    die_with_parent()  # a paper that never ends would keep it for ever
    limits = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["address_space"], limits["address_space"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1)
    os.dup2(2, 1)  # what an engine prints must not be taken for an answer

    def say(message: str) -> None:
        out.write(message + "\n")
        out.flush()

    for line in sys.stdin:
        request = json.loads(line)
        try:
            say(_answer(request, limits, say))
        except MemoryError:
            say('{"refused": "memory", "detail": "over the address space limit"}')
            os._exit(3)  # what is left of this process is not to be relied on


def _answer(request: dict, limits: dict, say) -> str:
    from pipelines.reading.document import read_document
    from pipelines.reading.refused import Refused
    from pipelines.reading.wire import dumps
    from pipelines.settings import Limits

    def on_page(page: int, of: int) -> None:
        say(f'{{"page": {page}, "of": {of}}}')

    try:
        if "cells" in request:
            from pipelines.reading.preflight import bytes_of
            from pipelines.reading.second import texts_at

            data = bytes_of(Path(request["cells"]), Limits(**limits), request["sha256"])
            return json.dumps({"texts": texts_at(data, request["places"], on_page)})
        reading = read_document(Path(request["read"]), Limits(**limits), on_page, request["sha256"])
        return f'{{"reading": {dumps(reading)}}}'
    except Refused as refused:
        return json.dumps({"refused": refused.reason, "detail": refused.detail})
    except MemoryError:
        raise
    except RecursionError:
        return json.dumps({"refused": "recursion", "detail": "nested too deep"})
    except Exception as error:
        return json.dumps({"refused": "engine_error", "detail": f"{type(error).__name__}: {error}"[:300]})


if __name__ == "__main__":
    main()
