"""The suite's figures as a table: `python -m tests.injected.table [SEEDS]`."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.injected.suite import CLEAN, Score, cases, run


def main(seeds: int = 3) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scores = run(Path(folder), cases(range(seeds), clean=seeds))
    print("\n".join(lines(scores)))


def lines(scores: Sequence[Score]) -> list[str]:
    """Given the scores, return a table per kind of error, then one per rule."""
    out = [
        f"{'kind':22} {'papers':>6} {'found':>6} {'named':>6} {'single':>6} {'verdict':>7} {'held':>5} {'cells':>5} {'astray':>6}"
    ]
    kinds = list(dict.fromkeys(score.case.kind for score in scores))
    for kind in kinds:
        out.append(_line(kind, [score for score in scores if score.case.kind == kind]))
    for expected in ("publisher", "reading"):
        out.append(_line(f"all, {expected}", [score for score in scores if score.case.expected == expected]))
    finders = Counter(rule for score in scores for rule in score.rules)
    alone = Counter(score.rules[0] for score in scores if len(score.rules) == 1)
    out += ["", f"{'rule':10} {'finds':>6} {'alone':>6}"]
    return out + [f"{rule:10} {finders[rule]:6} {alone[rule]:6}" for rule in sorted(finders)]


def _line(name: str, scores: Sequence[Score]) -> str:
    found = [score for score in scores if score.fails]
    if scores and scores[0].case.kind == CLEAN:
        return f"{name:22} {len(scores):6} {sum(score.fails for score in scores):6} broken identities"
    mean = [
        sum(getattr(score, field) for score in found) / max(len(found), 1) for field in ("hit", "single", "verdict")
    ]
    return (
        f"{name:22} {len(scores):6} {len(found) / max(len(scores), 1):6.0%} {mean[0]:6.0%} {mean[1]:6.0%} {mean[2]:7.0%}"
        f" {sum(score.status == 'held' for score in scores):5}"
        f" {sum(score.named for score in found) / max(len(found), 1):5.1f} {sum(score.astray for score in scores):6}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
