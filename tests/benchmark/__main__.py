"""`python -m tests.benchmark` prints this product's figures by layout; `--write DIR` writes the papers and their truth;
`--score DIR` scores another reader's facts against the truth in that folder (docs/benchmark.md)."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from tests.benchmark.measure import LAYOUTS, Judged, Read, judge_all, raw_folder, read, write_layout
from tests.benchmark.scoring import Score, compare_facts, compare_indicators
from tests.benchmark.truth import Written


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("layouts", nargs="*", help=f"all without any: {', '.join(LAYOUTS)}")
    parser.add_argument("--write", type=Path, metavar="DIR", help="write the PDFs and a JSON of truth beside each")
    parser.add_argument("--score", type=Path, metavar="DIR", help="score <paper>.found.json beside the truth in DIR")
    given = parser.parse_args()
    if odd := set(given.layouts) - set(LAYOUTS):
        parser.error(f"no such layout: {', '.join(sorted(odd))}")
    names = tuple(given.layouts) or LAYOUTS
    if given.write:
        for name in names:
            for written in papers_of(name, given.write):
                text = json.dumps(written.truth, ensure_ascii=False, indent=1)
                written.path.with_suffix(".truth.json").write_text(text + "\n", encoding="utf-8")
                print(f"{written.path}: {len(written.truth['facts'])} facts, {len(written.truth['errors'])} errors")
    elif given.score:
        print("\n".join(scored(given.score)))
    else:
        with tempfile.TemporaryDirectory() as folder:
            print("\n".join(lines(names, Path(folder))))


def papers_of(name: str, folder: Path) -> list[Written]:
    return [written for written in write_layout(name, folder) if written]


def lines(names: tuple[str, ...], folder: Path) -> list[str]:
    """Read and judge the papers of the layouts and return the table of this product's figures."""
    twins = {name: write_layout(name, raw_folder(folder, name)) for name in names}
    judged = judge_all([written for papers in twins.values() for written in papers if written], folder)
    head = f"{'layout':14} {'facts':>5} {'strict':>7} {'loose':>7} {'indic.':>6} {'F1':>6} {'broken':>6} {'errors':>6} "
    out = [head + f"{'found':>5} {'verdicts':>8}  clean / with errors"]
    for name, papers in twins.items():
        wrong = judged.get(papers.wrong.path.name) if papers.wrong else None
        out.append(_line(name, read(papers.clean), judged[papers.clean.path.name], wrong))
    return out


def _line(name: str, done: Read, clean: Judged, wrong: Judged | None) -> str:
    facts, indicators = done.facts, done.indicators
    shown = f"{indicators.f1:6.3f}" if indicators.truth or indicators.found else " " * 6
    line = f"{name:14} {facts.strict.truth:5} {facts.strict.f1:7.4f} {facts.loose.f1:7.4f} {indicators.truth or '':>6} {shown}"
    line += f" {len(clean.broken):6}"
    if wrong is None:
        return f"{line} {'':6} {'':5} {'':8}  {clean.status}"
    right = sum(verdict == "publisher" for verdict in wrong.verdicts)
    share = f"{right / len(wrong.verdicts):8.0%}" if wrong.verdicts else " " * 8
    errors = len(wrong.found) + len(wrong.missed)
    return f"{line} {errors:6} {len(wrong.found):5} {share}  {clean.status} / {wrong.status}"


def scored(folder: Path) -> list[str]:
    """Score the `.found.json` files of another reader: {"facts": […], "indicators": […]} in the columns of the truth."""
    out, total = [f"{'paper':28} {'facts':>6} {'strict':>7} {'loose':>7} {'indicators':>10}"], Score(0, 0, 0)
    for path in sorted(folder.rglob("*.truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        other = path.with_name(path.name.replace(".truth.json", ".found.json"))
        found = json.loads(other.read_text(encoding="utf-8")) if other.exists() else {}
        facts = compare_facts(truth["facts"], found.get("facts", ()))
        indicators = compare_indicators(truth["forms"], found.get("indicators", ()))
        total += facts.strict
        shown = f"{indicators.f1:10.4f}" if indicators.truth or indicators.found else ""
        out.append(f"{path.name[:-11]:28} {facts.strict.truth:6} {facts.strict.f1:7.4f} {facts.loose.f1:7.4f} {shown}")
    return [*out, f"{'all':28} {total.truth:6} {total.f1:7.4f}"]


if __name__ == "__main__":
    main()
