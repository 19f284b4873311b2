"""The `gouji` command. Each command imports what it needs when it runs, so that help answers at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

EXAMPLES = """\b
Examples:
  gouji run                                  read raw/, check, publish into var/
  gouji run --year 2024 --department 教育局    only these papers
  gouji status                               what became of each paper
  gouji sql "select count(*) from marts.fct_budget_line"
  gouji trace 3f2a9c --png cell.png          where a number is printed
  gouji serve                                the warehouse for DuckDB clients on the network
  gouji ui                                   the runs and assets in a browser
"""


class Commands(click.Group):
    """A group whose commands say in one line what is wrong; the traceback is for those who ask."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("verbose") or os.environ.get("GOUJI_DEBUG") == "1":
                raise
            from pipelines.errors import PipelineError, UsageError

            message = " ".join(str(error).split())[:600]
            known = isinstance(error, PipelineError)
            told = message if known else f"{type(error).__name__}: {message} (the traceback: gouji --verbose …)"
            click.echo(f"gouji: {told}", err=True)
            ctx.exit(2 if isinstance(error, UsageError) else 1)


class SeveralValues(click.Command):
    """A command without arguments whose repeatable options take one value or several: --year 2023 2024."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        repeatable = {name for option in self.params if getattr(option, "multiple", False) for name in option.opts}
        spread: list[str] = []
        option = None
        for place, word in enumerate(args):
            if word in repeatable:
                option = word
            elif word.startswith("-"):
                option = None
            elif option and place and args[place - 1] != option:
                spread.append(option)
            spread.append(word)
        return super().parse_args(ctx, spread)


def _place(name: str, text: str):
    return click.option(f"--{name}", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help=text)


raw_option = _place("raw", "Folder of the papers, raw/<year>/<department>/*.pdf  [GOUJI_RAW, else ./raw]")
home_option = _place("home", "Folder of everything built  [GOUJI_HOME, else ./var]")
memory_option = click.option(
    "--memory", type=click.FloatRange(min=0.1), default=2.0, show_default=True, help="Gigabytes for queries"
)


@click.group(cls=Commands, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gouji", message="gouji %(version)s")
@click.option("--verbose", is_flag=True, help="Show the traceback of an error  [GOUJI_DEBUG=1]")
def main(verbose: bool) -> None:
    """Gouji 勾稽 — Chinese department budget PDFs as a checked warehouse.

    Every number is traced to its printed cell and tied to every total it should agree with.
    """


@main.command(
    cls=SeveralValues,
    epilog="""\b
Examples:
  gouji run
  gouji run --raw papers --home /srv/gouji --jobs 8
  gouji run --year 2023 2024 --department 教育局

\b
Exit codes:
  0  every document is published
  3  finished; some documents are held or refused, each named with its reason
  2  wrong usage
  1  the pipeline failed: nothing was published, the earlier warehouse stands
""",
)
@raw_option
@home_option
@click.option("--year", "years", multiple=True, metavar="Y", help="Only this year folder (repeatable)")
@click.option("--department", "departments", multiple=True, metavar="D", help="Only this department folder (also)")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Papers read at once  [the CPUs, at most 8]")
@click.option("--full", is_flag=True, help="Build everything anew, also where nothing has changed")
def run(raw, home, years, departments, jobs, full) -> None:
    """Read the papers, check them, publish the warehouse and the report.

    Unchanged papers are not read again, and only the departments of changed
    ones are checked again. With --year or --department only these are read;
    what was read in earlier runs stays in the warehouse.
    """
    from pipelines.commands.run import run_command
    from pipelines.settings import settings_from

    jobs = jobs or min(8, os.cpu_count() or 1)
    sys.exit(run_command(settings_from(raw, home, years=years, departments=departments, jobs=jobs, full=full)))


@main.command(
    epilog="\b\nExamples:\n  gouji status\n  gouji status --json | jq '.[] | select(.status != \"published\")'"
)
@home_option
@click.option("--json", "as_json", is_flag=True, help="As a JSON array")
def status(home, as_json) -> None:
    """Show what became of each document and what is left to decide.

    Published, held or refused, why, and how much of it is certified.
    """
    from pipelines.commands.ask import status_text
    from pipelines.settings import settings_from

    click.echo(status_text(settings_from(home=home), as_json))


@main.command(
    epilog="\b\nExamples:\n  gouji trace 3f2a9c            the first letters of an id are enough\n"
    "  gouji trace 3f2a9c --png cell.png"
)
@click.argument("id")
@raw_option
@home_option
@click.option("--png", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Draw the cell there")
def trace(id, raw, home, png) -> None:
    """Follow one number back to the page and the box it was read from."""
    from pipelines.commands.trace import trace_text
    from pipelines.settings import settings_from

    click.echo(trace_text(settings_from(raw, home), id, png, raw_given=raw is not None))


@main.command(
    context_settings={"ignore_unknown_options": True},  # a query may begin with a comment: -- …
    epilog="""\b
Examples:
  gouji sql "from marts.dim_document"
  gouji sql --format csv "select * from marts.fct_check where outcome = 'fail'" > fails.csv
  gouji sql "show all tables"
""",
)
@click.argument("query")
@home_option
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--timeout", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds at most")
@click.option("--rows", type=click.IntRange(min=1), default=1_000_000, show_default=True, help="Rows at most")
@memory_option
def sql(query, home, form, timeout, rows, memory) -> None:
    """Ask the published warehouse in SQL (DuckDB's), read-only.

    One query that reads is answered; statements, files and functions that
    reach beyond the warehouse are refused.
    """
    from pipelines.commands.ask import sql_text
    from pipelines.settings import settings_from
    from pipelines.warehouse.limits import GIGABYTE, QueryLimits

    limits = QueryLimits(timeout, round(memory * GIGABYTE), rows)
    click.echo(sql_text(settings_from(home=home), query, form, limits))


@main.command(
    cls=SeveralValues,
    epilog="""\b
Examples:
  gouji fetch
  gouji fetch --year 2025 --pause 3

\b
raw/sources.csv has the columns department, year, address and, if known,
sha256; raw/fetched.csv says where and when each file was had.

\b
Exit codes:
  0  every source is there
  3  some were refused or failed, each named with its reason
  2  wrong usage, such as a department that sources.csv does not have
  1  sources.csv or fetched.csv is wrong: nothing was asked for
""",
)
@raw_option
@click.option("--year", "years", multiple=True, metavar="Y", help="Only sources of this year (repeatable)")
@click.option("--department", "departments", multiple=True, metavar="D", help="Only this department's (also)")
@click.option("--pause", type=click.FloatRange(min=0), default=1.0, show_default=True, help="Seconds between requests")
def fetch(raw, years, departments, pause) -> None:
    """Download the papers that raw/sources.csv names into raw/.

    A file that is there is never replaced: a changed one is kept beside it.
    What is no PDF, too large or not the stated file is refused.
    """
    from pipelines.commands.fetch import fetch_command
    from pipelines.settings import settings_from

    sys.exit(fetch_command(settings_from(raw, years=years, departments=departments), pause))


@main.command(
    epilog="""\b
Examples:
  gouji serve
  gouji serve --port 9000 --timeout 30

\b
From a DuckDB client with the extension quack:
  create secret (type quack, token '…');
  attach 'quack:127.0.0.1:9494' as gouji (disable_ssl true);
  from gouji.marts.dim_document;
"""
)
@home_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on")
@click.option("--port", type=click.IntRange(1, 65535), default=9494, show_default=True)
@click.option(
    "--token-file", type=click.Path(path_type=Path, dir_okay=False), help="[HOME/serve.token, made if absent]"
)
@click.option("--timeout", type=click.FloatRange(min=0.5), default=60.0, show_default=True, help="Seconds for a query")
@memory_option
def serve(home, host, port, token_file, timeout, memory) -> None:
    """Serve the published warehouse to DuckDB clients, read-only.

    Clients stay connected while new generations are published.
    """
    from pipelines.commands.serve import serve as serve_warehouse
    from pipelines.settings import settings_from

    sys.exit(serve_warehouse(settings_from(home=home), host, port, token_file, timeout, memory))


@main.command(epilog="\b\nExamples:\n  gouji ui\n  gouji ui --port 3001")
@raw_option
@home_option
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True)
def ui(raw, home, port) -> None:
    """Open the page of the runs, assets and checks on this machine."""
    from pipelines.commands.ui import serve
    from pipelines.settings import settings_from

    sys.exit(serve(settings_from(raw, home), port))


if __name__ == "__main__":
    main()
