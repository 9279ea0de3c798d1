"""Random formulas over random little worlds: the same for fuzzing, and for evaluator against SQL."""

from hypothesis import strategies as st

from linli.plans.formula import Catalogue, Cell, Facts, MeasureSpec, Scope, Unit

MEASURES = (
    MeasureSpec("t.area", "设施面积", "㎡", "stock", "communities", scale=2, lookback=3),
    MeasureSpec("t.households", "户数", "户", "stock", "communities", lookback=12),
    MeasureSpec("t.counsellors", "心理咨询师", "人", "stock", "urban"),
    MeasureSpec("t.closed", "办结诉求", "件", "flow", "communities"),
    MeasureSpec("t.on_time", "按期办结诉求", "件", "flow", "communities"),
    MeasureSpec("t.residents", "平均常住人口", "人", "average", "communities", scale=1),
    MeasureSpec("t.spent", "累计支出", "元", "ytd", "communities", scale=2),
    MeasureSpec("t.served", "服务人数", "人", "distinct", "communities"),
    MeasureSpec("t.satisfied", "满意率", "%", "ratio", "communities", scale=1, lookback=12),
)
SCOPES = (
    Scope("communities", "社区", "community"),
    Scope("urban", "城市社区", "community", "communities"),
    Scope("rural", "农村社区", "community", "communities"),
)
CATALOGUE = Catalogue.of(MEASURES, SCOPES)
FIRST = 2025 * 12  # January 2025

ADDITIVE = ("设施面积", "户数", "办结诉求", "按期办结诉求", "平均常住人口", "累计支出")
shifts = st.sampled_from(["", "", "", "[上期]", "[同期]", "[年初至今]"])
constants = st.sampled_from(["0", "1", "3", "100", "0.5", "30%", "7.25"])


def _numbers(inner):
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.builds(lambda p, sign: f"({p[0]} {sign} {p[1]})", pair, st.sampled_from("*/")),
        st.builds(lambda p, sign: f"({p[0]} {sign} 2 * {p[0]})", pair, st.sampled_from("+-")),
        st.builds(lambda p: f"if({p[0]} * 1 >= {p[1]} * 1, {p[0]} * 1, {p[1]} * 1)", pair),
        st.builds(lambda p: f"if({p[0]} * 1 > 1 或 非 {p[1]} * 1 < 2, {p[0]} * 1, 3)", pair),
        st.builds(lambda p: f"coalesce({p[0]} * 1, {p[1]} * 1)", pair),
        st.builds(lambda p: f"min({p[0]} * 1, {p[1]} * 1, 5)", pair),
        st.builds(lambda p: f"max({p[0]} * 1, -{p[1]} * 1)", pair),
        st.builds(lambda a: f"abs({a} - 3)", inner),
        st.builds(lambda a: f"ceil({a} / 3 - 2)", inner),
    )


def formulas_over(names, scopes, *more):
    """Formulas that bring these measures together, in these scopes; `more` are strategies of further aggregates."""
    leaves = st.builds(lambda name, shift: name + shift, st.sampled_from(names), shifts)
    each = st.recursive(leaves | leaves | constants, _numbers, max_leaves=4)
    conditions = st.one_of(
        st.builds(
            lambda a, sign, c: f"{a} * 1 {sign} {c}", each, st.sampled_from([">=", "<", "=", "≠"]), constants
        ),
        st.builds(lambda a, b: f"{a} * 1 >= 1 且 {b} * 1 > 0", each, each),
        st.builds(lambda a, b: f"{a} * 1 >= 9 或 {b} * 1 <= 4", each, each),
    )
    aggregates = st.one_of(
        st.builds(
            lambda op, a, s: f"{op}({a}){s}",
            st.sampled_from(["sum", "avg", "min", "max", "count"]),
            each,
            scopes,
        ),
        st.builds(
            lambda op, c, s: f"{op}({c}){s}",
            st.sampled_from(["countif", "share", "count"]),
            conditions,
            scopes,
        ),
        st.builds(lambda op, a: f"{op}({a})", st.sampled_from(["last", "expected", "reported"]), leaves),
        *more,
    )
    return st.recursive(aggregates, _numbers, max_leaves=4)


formulas = formulas_over(
    ADDITIVE,
    st.sampled_from(["", "", " of(城市社区)", " of(农村社区)"]),
    st.sampled_from(["distinct(服务人数)", "last(满意率)", "count(心理咨询师)", "share(心理咨询师 >= 1)"]),
)

statuses = st.sampled_from(["not_reported", "not_applicable", "suppressed"])
cells = st.one_of(
    st.builds(Cell, st.integers(0, 12)),
    st.builds(Cell, st.integers(-3, 40_000)),
    st.builds(Cell, st.none(), statuses),
)


@st.composite
def worlds(draw):
    """A few communities in two streets, with holes, reasons and true zeros in their figures."""
    kinds = draw(st.lists(st.sampled_from(["urban", "rural"]), min_size=1, max_size=5))
    units = tuple(
        Unit(f"c{i}", f"/city/s{i % 2}/c{i}/", frozenset({"communities", kind}))
        for i, kind in enumerate(kinds)
    )
    spots = [(m.code, u.code) for m in MEASURES if m.kind != "distinct" for u in units]
    spots += [("t.satisfied", "s0"), ("t.satisfied", "city")]
    found = {}
    for spot in spots:
        from_month, row = draw(st.integers(-14, 6)), draw(st.lists(st.none() | cells, max_size=12))
        found |= {(*spot, FIRST + from_month + i, 1): cell for i, cell in enumerate(row) if cell is not None}
    spans = st.tuples(st.just("t.served"), st.sampled_from(["city", "s0"]), st.integers(FIRST, FIRST + 4))
    found |= draw(
        st.dictionaries(st.tuples(spans, st.integers(1, 4)).map(lambda k: (*k[0], k[1])), cells, max_size=4)
    )
    places = {"/city/": "city", "/city/s0/": "s0", "/city/s1/": "s1", "/city/none/": "none"}
    own = {**places, **{u.path: u.code for u in units}}
    return Facts(units, found, draw(st.integers(FIRST - 2, FIRST + 8)), own)
