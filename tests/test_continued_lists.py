"""Does a list that goes on beside itself stand under the total that is printed below its last part alone?"""

from tests.sheets import paper

HEAD = ["科目代码", "科目名称", "决算数"] * 3


def parents(total: str) -> dict[str, int | None]:
    records = paper(
        [
            HEAD,
            ["301", "工资福利支出", "9.00", "302", "商品和服务支出", "6.00", "310", "资本性支出", "1.00"],
            ["30101", "基本工资", "9.00", "30201", "办公费", "6.00", "31002", "办公设备购置", "1.00"],
            ["", "", "", "307", "债务利息及费用支出", "", "399", "其他支出", ""],
            ["", "人员经费合计", "9.00", "", "", "", "", "公用经费合计", total],
        ],
        title="一般公共预算财政拨款基本支出决算表",
    )
    return {a.subject_code: a.parent_row_no for a in records.amounts if a.subject_code in ("301", "302", "307", "310")}


def test_a_list_without_a_total_stands_under_that_of_the_list_right_of_it():
    assert parents("7.00") == dict.fromkeys(("301", "302", "307", "310"), 4)


def test_a_list_beside_one_that_is_its_total_alone_stands_under_none():
    assert parents("1.00") == {"301": 4, "302": None, "307": None, "310": 4}
