"""Is it said who has not published, who is late, and what is wrong with the register?"""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.commands.ask import completeness_lines
from pipelines.errors import PipelineError
from pipelines.operation.options import Window, load_options
from pipelines.operation.register import Body, expected_papers, first_collected_year, read_register
from pipelines.settings import PROJECT
from pipelines.warehouse.query import CompletenessRow
from tests.published import gouji

BUDGET = Window("budget", (1, 10), (3, 31))
FINAL = Window("final_account", (8, 1), (10, 31), years_after=1)


def register(tmp_path, *lines: str, encoding: str = "utf-8"):
    file = tmp_path / "register.csv"
    file.write_bytes("\n".join(lines).encode(encoding))
    return file


def test_a_register_is_read_whatever_the_order_of_its_columns(tmp_path):
    file = register(tmp_path, "code,department,since", "101,教育局,2019", "", ",财政局,", encoding="utf-8-sig")
    assert read_register(file) == [Body("教育局", "101", since=2019), Body("财政局")]


def test_what_excel_adds_to_a_register_is_no_fault(tmp_path):
    file = register(tmp_path, "\ufeffdepartment,since,,\r", "　教育局 ,2019,,\r", ",,,\r")
    assert read_register(file) == [Body("教育局", since=2019)]


def test_no_register_expects_nothing(tmp_path):
    assert read_register(tmp_path / "register.csv") == []


def test_the_register_that_ships_is_read():
    assert {body.department for body in read_register(PROJECT / "raw" / "register.csv")} == {
        "示例区档案局",
        "样例区体育局",
    }


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["department,jahr", "甲,2020"], r"register.csv line 1: unknown column 'jahr'"),
        (["code,region", "1,甲"], "line 1: no column 'department'"),
        ([""], "line 1: no column 'department'"),
        (["department,code,code", "甲,1,1"], "line 1: column 'code' stands twice"),
        (["department,since", "甲,2020", "", "乙,二〇二〇"], "line 4: since is '二〇二〇', not a year"),
        (["department,since", "甲,20200"], "line 2: since is '20200', not a year"),
        (["department,since,until", "甲,2022,2021"], "line 2: until 2021 is before since 2022"),
        (["department,since", "甲,2020,1"], "line 2: 3 fields, the first line has 2"),
        (["department,code", ",7"], "line 2: no department"),
        (["department,since,until", "甲,,2020", "乙,,", "甲,2020,"], "line 4: 甲 stands in line 2 already"),
        (["department,since", *["甲,x"] * 5], r"line 2: .*line 3: .*line 4: .*\(and 2 more\)"),
        (["department", '"甲'], "line 2 is not CSV"),
        (
            ["department,since", "甲,２０２０"],
            "line 2: since is '２０２０', not a year; write 2020, in half-width digits",
        ),
        (["department,since,until", "甲,2020"], "line 2: 2 fields, the first line has 3"),
        (["department，since", "甲，2020"], "line 1: its columns are parted by '，', not by commas"),
        (["department\tsince", "甲\t2020"], "line 1: its columns are parted by"),
        (["department,region", '甲,"a', 'b"', "乙,c,d"], "line 4: 3 fields, the first line has 2"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, lines, says):
    with pytest.raises(PipelineError, match=says):
        read_register(register(tmp_path, *lines))


def test_a_register_saved_for_excel_in_gbk_says_what_to_do(tmp_path):
    with pytest.raises(PipelineError, match="register.csv line 2 is not UTF-8 .* save it as “CSV UTF-8”"):
        read_register(register(tmp_path, "department", "教育局", encoding="gb18030"))


def test_a_body_that_changed_its_code_stands_there_twice(tmp_path):
    file = register(tmp_path, "department,code,since,until", "甲,1,,2020", "甲,2,2021,")
    expected = expected_papers(read_register(file), [BUDGET], 2020, date(2021, 12, 1))
    assert [(paper.fiscal_year, paper.code) for paper in expected] == [(2020, "1"), (2021, "2")]


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2025, 1, 9), [(2024, True)]),
        (date(2025, 1, 10), [(2024, True), (2025, False)]),
        (date(2025, 3, 31), [(2024, True), (2025, False)]),
        (date(2025, 4, 1), [(2024, True), (2025, True)]),
    ],
)
def test_a_paper_is_expected_from_its_window_on_and_late_after_its_day(today, found):
    expected = expected_papers([Body("甲")], [BUDGET], 2024, today)
    assert [(paper.fiscal_year, paper.is_late) for paper in expected] == found


def test_final_accounts_are_due_a_year_later():
    expected = expected_papers([Body("甲", since=2023)], [BUDGET, FINAL], 2023, date(2025, 9, 1))
    assert [(p.document_kind, p.fiscal_year, p.is_late) for p in expected] == [
        ("budget", 2023, True),
        ("budget", 2024, True),
        ("budget", 2025, True),
        ("final_account", 2023, True),
        ("final_account", 2024, False),
    ]


def test_nobody_is_late_with_years_that_were_never_collected():
    assert first_collected_year(["2024", "oddments", "2023"]) == 2023
    assert expected_papers([Body("甲")], [BUDGET], first_collected_year(["oddments"]), date(2025, 9, 1)) == []
    expected = expected_papers([Body("甲", since=2010, until=2023)], [BUDGET], 2023, date(2025, 9, 1))
    assert [paper.fiscal_year for paper in expected] == [2023]


def test_each_expected_paper_has_a_state(built):
    rows = built.con.execute(
        """select department_name, fiscal_year, state, papers, papers_published > 0, department_id
           from quality.expected_papers where department_code < '104' order by all"""
    ).fetchall()
    papers = built.con.execute("select count(*) from marts.dim_document where department_name = '示例局'").fetchone()[0]
    assert rows == [
        ("拒读局", 2025, "refused", 1, False, None),
        ("未到期局", 2025, "missing", 0, False, None),
        ("示例局", 2024, "late", 0, False, "dep-1"),
        ("示例局", 2025, "published", papers, True, "dep-1"),
    ]


def test_a_paper_in_another_bodys_folder_is_that_of_the_body_that_it_prints(built):
    rows = built.con.execute(
        """select department_name, state, papers, department_id from quality.expected_papers
           where department_code >= '104' order by all"""
    ).fetchall()
    assert rows == [
        ("示例区住建局", "late", 0, None),
        ("示例区气象局", "late", 0, None),
        ("示例区水务局", "held", 2, "dep-water"),
    ]


def test_coverage_names_the_tables_of_bodies_that_published_nothing(built):
    rows = built.con.execute(
        """select department_name, fiscal_year, in_register, list(distinct status order by status), count(*)
           from quality.coverage where department_name not like '示例%区%' group by all order by all"""
    ).fetchall()
    tables = rows[0][-1]
    assert rows[:3] == [
        ("拒读局", 2025, True, ["unread"], tables),
        ("未到期局", 2025, True, ["missing"], tables),
        ("示例局", 2024, True, ["late"], tables),
    ]
    assert rows[3][:3] == ("示例局", 2025, True)
    assert "published" in rows[3][3]
    assert "late" not in rows[3][3]


def test_a_paper_whose_tables_another_of_its_body_has_too_says_so(built):
    found = dict(
        built.con.execute(
            "select document_id, text from quality.findings where kind = 'other_paper' and message like '%(7)%'"
        ).fetchall()
    )
    assert found["agree"] == found["forms"] == "raw/2025/示例局/carried.pdf"
    told = built.con.execute("select document_id from quality.findings where kind = 'other_paper'").fetchall()
    # the one that prints most speaks for its body; one without tables has none that another has; others are other bodies'
    assert not {"carried", "narrative", "water", "stray"} & {document_id for (document_id,) in told}


def test_completeness_stands_beside_what_is_published(built):
    rows = built.con.execute(
        """select fiscal_year, bodies_published, bodies_expected, expected_published, expected_unread,
                  expected_missing, expected_late, completeness::varchar
           from quality.completeness order by all"""
    ).fetchall()
    assert rows == [(2024, 0, 1, 0, 0, 0, 1, "0.0000"), (2025, 1, 6, 1, 2, 1, 2, "0.1666")]


def operation(tmp_path, text: str):
    file = tmp_path / "operation.toml"
    shipped = (PROJECT / "operation.toml").read_text("utf-8")
    file.write_text(shipped.replace(*text.split(" -> ")), "utf-8")
    return file


def test_the_settings_that_ship_are_read():
    options = load_options(PROJECT / "operation.toml")
    assert options.timezone == "Asia/Shanghai"
    assert [window.document_kind for window in options.windows] == ["budget"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('"03-31" -> "02-30"', "publication.budget.due is '02-30', not a day"),
        ('"03-31" -> "00-31"', "publication.budget.due"),
        ("refused_share = 0.5 -> refused_share = 50", "limits.refused_share is 50"),
        ("seconds = 60 -> seconds = 0", "sensor.seconds is 0, not a whole number of seconds, at least 1"),
        ("seconds = 60 -> second = 60", "unknown setting sensor.second"),
        ("[publication.budget] -> [publication.plan]", "publication.plan is no kind of paper"),
        ('"03-31" -> 331', "publication.budget.due is 331, not a day of every year"),
        ('"03-31" -> "03-31"\nyears_after = 0.7', "publication.budget.years_after is 0.7, not a whole number"),
        ('opens = "01-01" -> ', "publication.budget.opens is missing"),
        ("[publication.budget] -> [[publication.budget]]", "publication.budget is no section: begin it with"),
        ("refused_share = 0.5 -> refused_share = true", "limits.refused_share is True, not between 0 and 1"),
        ("seconds = 60 -> seconds = true", "sensor.seconds is True"),
        ('running = true -> running = "false"', "schedule.running is 'false', not true or false"),
        ("seconds = 60\nrunning = true -> seconds = 60\nrunning = 1", "sensor.running is 1, not true or false"),
        ("[schedule] -> [[schedule]]", "schedule is no section: begin it with"),
        ("Asia/Shanghai -> Asia/Shangai", "timezone is 'Asia/Shangai', not a time zone such as \"Asia/Shanghai\""),
        ("Asia/Shanghai -> Asia", "timezone is 'Asia', not a time zone"),
        ("Asia/Shanghai -> ../Asia", "timezone is '../Asia', not a time zone"),
        ('"Asia/Shanghai" -> 8', "timezone is 8, not a time zone"),
        ("cron = -> # cron =", "schedule.cron is missing"),
        ("[sensor] -> [sensor", "is not TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(tmp_path, change, says):
    with pytest.raises(PipelineError, match=rf"operation\.toml.*{says}"):
        load_options(operation(tmp_path, change))


def test_settings_that_are_a_folder_are_named(tmp_path):
    with pytest.raises(PipelineError, match=f"{tmp_path} cannot be read: Is a directory"):
        load_options(tmp_path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('cron = "0 6 * 1-4 *" -> cron = "every day"', "schedule.cron is 'every day', not five fields"),
        ('cron = "0 6 * 1-4 *" -> cron = 6', "schedule.cron is 6"),
        ("seconds = 60 -> seconds = 0", "sensor.seconds is 0"),
    ],
)
def test_the_page_does_not_start_on_a_wrong_setting(tmp_path, monkeypatch, change, says):
    monkeypatch.setenv("GOUJI_OPERATION", str(operation(tmp_path, change)))
    done = gouji("ui", "--raw", str(tmp_path / "raw"), "--home", str(tmp_path / "home"))
    assert done.returncode == 1
    assert says in done.stderr and "operation.toml" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_status_says_in_a_line_who_has_not_published(published):
    shown = gouji("status", "--home", str(published.settings.home)).stdout.splitlines()
    assert [line for line in shown if line.startswith("Register")] == [
        "Register   2024 budgets: 1 of 2 bodies published, 1 late (样例区体育局)",
        "Register   2025 budgets: 2 of 2 bodies published",
    ]


def test_status_says_that_there_is_no_register():
    rows = [CompletenessRow(2025, "budget", 3, None, None, (), (), ())]
    assert "none" in completeness_lines(rows)[0]


def test_many_names_are_cut_short():
    late = tuple("甲乙丙丁戊己")
    (line,) = completeness_lines([CompletenessRow(2025, "budget", 1, 9, 1, late, ("庚",), ("辛",))])
    assert line == (
        "Register   2025 budgets: 1 of 9 bodies published, 6 late (甲, 乙, 丙, 丁, 戊, …), 1 not yet due (庚), 1 not readable (辛)"
    )
