"""Papers with performance forms whose arithmetic, indicators and names agree or do not; the ids say what is wrong."""

from __future__ import annotations

from decimal import Decimal

from pipelines.reading.model import Box
from pipelines.recognising.forms.calculations import line_calculations
from pipelines.recognising.forms.grid import Slot
from pipelines.recognising.forms.indicators import level_code, parse_value
from pipelines.recognising.forms.records import Calculation, Form, FormAmount, Indicator
from pipelines.recognising.lexicon import lexicon_of
from pipelines.recognising.records import Amount, Organization, Table
from pipelines.recognising.statements.statement import Statement
from tests.staging_fixture import PROJECT, Line, table

PAPERS = ["sums", "sums-off", "words", "words-off"]
WAN = Decimal(10_000)
BASES = {  # item, 测算依据 of the sound paper, 万元 of the line
    "印刷费": ("手册30元/本*400本=12000元，海报0.8万元，合计2万元", "2"),
    "劳务费": ("聘请2人3.5万元：工资1500元/月*2人*10月=30000元，餐费25元/天*200天=5000元", "3.5"),
    "租金": ("1处办公用房1.35万元(100平方，11.25元/平方/月*12月=1.35万元)", "1.35"),
    "税费": ("收入20万元*12%，房租1.1万元/年", "3.5"),
    "差旅费": ("差旅费500元/人/天（住宿费300元/人/天+伙食费200元/人/天）*4人*5天=10000元=1万元", "1"),
    "活动费": ("按200元标准执行", "6"),
}
WRONG = {
    "印刷费": ("手册30元/本*400本=12000元，海报0.8万元，合计2.3万元", "2.3"),
    "劳务费": ("聘请2人3.6万元：工资1500元/月*2人*10月=30000元，餐费25元/天*200天=5000元", "3.6"),
    "租金": ("1处办公用房1.35万元(100平方，12.25元/平方/月*12月=1.35万元)", "1.35"),
    "税费": ("收入20万元*12%，房租1.1万元/年", "4.5"),
    "差旅费": ("差旅费500元/人/天（住宿费300元/人/天+伙食费100元/人/天）*4人*5天=1.00元", "1"),
    "活动费": ("按200元标准执行", "6"),
}


def organizations() -> list[Organization]:
    return [
        Organization(f"{paper}-{code}", paper, code, name, None, "unit")
        for paper in ("sums", "sums-off")
        for code, name in (("403001", "示例区档案局本级"), ("403002", "示例区档案馆"))
    ]


def forms() -> list[Form]:
    made = []
    for paper in PAPERS:
        made += [
            _form(paper, 1, "overall", "示例区档案局本级", None),
            _form(paper, 2, "project", "示例区档案局本级", "档案整理经费"),
            _form(paper, 3, "overall", "示例区档案馆", None),
        ]
    return made


def _form(paper: str, number: int, kind: str, organization: str, project: str | None) -> Form:
    renamed = "档案整理工作经费" if paper == "words-off" else project
    year = 2024 if paper == "words-off" else 2025
    return Form(
        f"{paper}-f{number}", paper, number, kind, f"{year}年绩效目标表", organization,
        renamed if kind == "project" else None, None, None, None, year, None, None, None, None, None, None, 20 + number,
    )  # fmt: skip


def form_amounts() -> list[FormAmount]:
    made = []
    for paper, off in (("sums", False), ("sums-off", True)):
        bases = WRONG if off else BASES
        total = sum((Decimal(amount) for _, amount in bases.values()), Decimal(0))
        overall = [
            ("revenue", 1, "财政拨款", "50", None, "100"),
            ("revenue", 2, "合计", "50", None, None),
            ("expenditure", 1, "人员类项目支出", "20", None, "40"),
            ("expenditure", 2, "运转类项目支出", "12.30", None, "26" if off else "25"),
            ("expenditure", 3, "特定目标类项目支出", "17.70", None, "35"),
            ("expenditure", 4, "合计", "50", None, None),
            ("project_list", 1, "档案整理经费", "17.35", "特定目标类", None),
            ("project_list", 2, "馆舍维修", "12.40" if off else "0.35", "其他运转类", None),
        ]
        made += [_amount(f"{paper}-f1", *line) for line in overall]
        made.append(_amount(f"{paper}-f3", "revenue", 1, "合计", "40" if off else "30", None, None))
        made += [
            _amount(f"{paper}-f2", "head", 1, "项目当年预算", str(total), None, None)._replace(role="year_budget"),
            _amount(f"{paper}-f2", "funding", 1, "合计", str(total), None, None),
            _amount(f"{paper}-f2", "funding", 2, "1.财政拨款", "" if off else str(total), None, None),
            _amount(f"{paper}-f2", "funding", 3, "2.其他资金", "", None, None),
        ]
        for n, (item, (text, amount)) in enumerate(bases.items(), 1):
            made.append(_amount(f"{paper}-f2", "cost_item", n, item, amount, None, None)._replace(basis_text=text))
        bought = _amount(f"{paper}-f2", "procurement", 1, "手册", "2.4" if off else "1.2", None, None)
        made.append(bought._replace(quantity_text="400 本"))
    return made


def _amount(form_id: str, section: str, line: int, item: str, text: str, category: str | None, share: str | None):
    return FormAmount(
        form_id, section, line, item, None, "all", 2025, Decimal(text) * WAN if text else None,
        Decimal(share) if share else None, None, 20 + int(form_id[-1]), 10.0, 40.0 * line, 60.0, 40.0 * line + 12,
        category, None, "number" if text else "blank", text, len(text.partition(".")[2]), WAN if text else None,
    )  # fmt: skip


def calculations() -> list[Calculation]:
    return [
        calculation
        for paper, bases in (("sums", BASES), ("sums-off", WRONG))
        for n, (text, _) in enumerate(bases.values(), 1)
        for calculation in line_calculations(
            f"{paper}-f2",
            "cost_item",
            n,
            text,
            Slot(text, True, 1, 0, 1, 22, Box(70.0, 40.0 * n, 300.0, 40.0 * n + 12)),
        )
    ]


SOUND = [  # form, scope, name, target, last year
    (1, "long_term", "整理档案数量", "≥900卷", ""),
    (1, "annual", "整理档案数量", "≥300卷", "280卷"),
    (1, "annual", "归档合格率", "≥98%", "97%"),
    (1, "annual", "服务保障能力", "得到提升", ""),
    (2, "annual", "整理档案数量", "≥300卷", ""),
    (2, "annual", "归档合格率", "98%—100%", "0.97"),
    (2, "annual", "安全事故发生次数", "≤1次", ""),
    (2, "annual", "服务保障能力", "得到提升", ""),
    (3, "annual", "整理档案数量", "≥50卷", ""),
]
ODD = {  # what the other paper says instead
    (1, "long_term", "整理档案数量"): ("≥200卷", ""),
    (1, "annual", "归档合格率"): ("≤5日", "97%"),
    (2, "annual", "整理档案数量"): ("≥310卷", ""),
    (2, "annual", "安全事故发生次数"): ("≥1次", ""),
    (2, "annual", "服务保障能力"): ("不断完善", ""),
}


def indicators() -> list[Indicator]:
    made = []
    for paper in ("words", "words-off"):
        for number, scope, name, target, before in SOUND:
            if paper == "words-off":
                target, before = ODD.get((number, scope, name), (target, before))
            for role, text in (("target", target), ("prior_year", before)):
                if text:
                    made.append(_indicator(paper, number, scope, name, role, text, len(made)))
    return made


def _indicator(paper: str, number: int, scope: str, name: str, role: str, text: str, at: int) -> Indicator:
    level2 = "质量指标" if name.endswith("率") else "数量指标"
    return Indicator(
        f"{paper}-i{at}", f"{paper}-f{number}", paper, scope, 1, "产出指标", "output", level2, level_code(2, level2, lexicon_of(2025)),
        name, role, 2025 if role == "target" else 2024, text, *parse_value(text), None, 20 + number, 10.0, at * 9.0, 90.0,
        at * 9.0 + 8,
    )  # fmt: skip


def tables() -> list[tuple[Table, list[Amount]]]:
    made = []
    for paper, culture, pay in (
        ("words", "文化旅游体育与传媒支出", "基本工资"),
        ("words-off", "文化体育与传媒支出", "职务工资"),
    ):
        more = {"subject_level": "project", "project_name": "档案整理经费"}
        function = table(paper, 1, "general_public_by_function", [{"fund_source": "general_public"}],
                         [Line("function", "207", culture, None, ["9.00"])])  # fmt: skip
        economic = table(paper, 2, "general_public_basic_by_economic", [{"fund_source": "general_public"}],
                         [Line("economic", "30101", pay, None, ["3.00"]),
                          Line("economic", "99901", "自设科目", None, ["1.00"])])  # fmt: skip
        own = table(paper, 3, "operating_cost", [{"fund_source": "general_public"}],
                    [Line("economic", "99901", "自设科目" if paper == "words" else "自定科目", None, ["1.00"])])  # fmt: skip
        projects = table(paper, 4, "project", [PROJECT], [Line("project", "P01", "档案整理经费", None, ["9.00"], more)])
        year = 2025 if paper == "words" else 2023
        made += [function, economic, own, (projects[0]._replace(title=f"{year}年项目支出表"), projects[1])]
    units = {"side": "revenue"}
    for paper in ("sums", "sums-off"):
        made.append(table(paper, 1, "revenue", [units], [Line("flow", "GRAND_TOTAL", "合计", None, ["80.00"])]))
    return made


def statements() -> list[Statement]:
    return [
        Statement(f"{paper}-s1", paper, "支出情况", "支出/文化旅游体育与传媒支出", "amount", "2025", Decimal(90_000), "万元",
                  "文化旅游体育与传媒支出9万元", 5, 1.0, 2.0, 3.0, 4.0)
        for paper in ("words", "words-off")
    ]  # fmt: skip
