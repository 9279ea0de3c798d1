"""Installing plan and measures packs: upsert by code, retire what is gone, lose no figure."""

from decimal import Decimal

from django.db import transaction

from linli.kernel import clock
from linli.packs import Installed
from linli.plans.formula import Catalogue, compile_formula
from linli.plans.formula.ir import to_json
from linli.plans.models import CheckTerm, FigureRules, Indicator, MeasureTerm, Plan, ScopeTerm, Target, Task
from linli.plans.naming import catalogue, catalogue_of_packs
from linli.plans.schema import MeasuresPack, PlanPack


def measure_fields(line, pack) -> dict:
    """What an installed measure keeps of its line in the pack."""
    days = line.due_within_days or pack.due_within_days
    return {**line.model_dump(exclude={"code"}), "due_within_days": days}


def measure_changes(pack: MeasuresPack) -> Installed:
    """Which measures would come, change and go."""
    known = {term.code: term for term in MeasureTerm.objects.filter(retired_on=None)}
    return _changes(known, {line.code: measure_fields(line, pack) for line in pack.measures})


@transaction.atomic
def install_measures(pack: MeasuresPack, *, by=None) -> Installed:
    """Upsert scopes and measures by code; one that is gone is retired, its figures stay."""
    done = measure_changes(pack)
    today = clock.today()
    MeasureTerm.objects.exclude(code__in=[line.code for line in pack.measures]).filter(
        retired_on=None
    ).update(retired_on=today)
    for line in pack.measures:
        MeasureTerm.objects.update_or_create(
            code=line.code, defaults={**measure_fields(line, pack), "retired_on": None}
        )
    ScopeTerm.objects.exclude(code__in=[line.code for line in pack.scopes]).update(retired_on=today)
    for order, line in enumerate(pack.scopes):
        fields = line.model_dump(exclude={"code", "within"})
        ScopeTerm.objects.update_or_create(
            code=line.code,
            defaults={**fields, "within": line.within or "", "order": order, "retired_on": None},
        )
    _install_checks(pack, today)
    _install_rules(pack)
    return done


def _install_rules(pack: MeasuresPack) -> None:
    said = pack.model_dump(include={"area", "valid_from", "valid_to", "small_count", "settle_workdays"})
    FigureRules.objects.update_or_create(
        code=pack.code, defaults={**said, "people_units": list(pack.people_units)}
    )


def _install_checks(pack: MeasuresPack, today) -> None:
    names = catalogue(pack.scopes, pack.measures)
    CheckTerm.objects.exclude(code__in=[line.code for line in pack.checks]).update(retired_on=today)
    for line in pack.checks:
        rule = compile_formula(line.rule, names, sort="truth")
        fields = {"rule": line.rule, "says": line.says, "expression": to_json(rule.expression)}
        CheckTerm.objects.update_or_create(code=line.code, defaults={**fields, "retired_on": None})


def plan_changes(pack: PlanPack) -> Installed:
    """Which indicators and tasks would come, change and go; targets and formulas are named as such."""
    plan = Plan.objects.filter(code=pack.code).first()
    names = catalogue_of_packs(pack)
    indicators = plan.indicators.filter(retired_on=None).prefetch_related("targets") if plan else ()
    tasks = plan.tasks.filter(retired_on=None).prefetch_related("serves") if plan else ()
    known = {row.code: row for row in indicators}
    new = {line.code: indicator_fields(line, order, names) for order, line in enumerate(pack.indicators)}
    done = _changes(known, new)
    retargeted = [
        line.code for line in pack.indicators
        if line.code in known and _targets_of(known[line.code]) != _targets_in(line)
    ]  # fmt: skip
    task_known = {f"task:{row.code}": row for row in tasks}
    task_new = {f"task:{line.code}": task_fields(line, order) for order, line in enumerate(pack.tasks)}
    of_tasks = _changes(task_known, task_new)
    return Installed(
        (*done.added, *of_tasks.added),
        (
            *_reformulated(done.changed, known, new),
            *(f"{code}(targets)" for code in retargeted),
            *of_tasks.changed,
        ),
        (*done.retired, *of_tasks.retired),
    )


def _reformulated(codes, known, new):
    return tuple(f"{c}(formula)" if known[c].digest != new[c]["digest"] else c for c in codes)


@transaction.atomic
def install_plan(pack: PlanPack, *, by=None) -> Installed:
    """Upsert the plan, its indicators, targets and tasks by code; what is gone is retired."""
    done = plan_changes(pack)
    names = catalogue_of_packs(pack)
    fields = pack.model_dump(include={"title", "source", "area", "level", "valid_from", "valid_to"})
    wishes = pack.model_dump(mode="json", include={"directions", "statements"})
    plan, _made = Plan.objects.update_or_create(
        code=pack.code, defaults={**fields, **wishes, "retired_on": None}
    )
    indicators = _install_indicators(plan, pack, names)
    _install_tasks(plan, pack, indicators)
    return done


def _install_indicators(plan, pack, names) -> dict[str, Indicator]:
    kept = {}
    for order, line in enumerate(pack.indicators):
        indicator, _made = Indicator.objects.update_or_create(
            plan=plan, code=line.code, defaults={**indicator_fields(line, order, names), "retired_on": None}
        )
        kept[line.code] = indicator
    plan.indicators.exclude(code__in=kept).update(retired_on=clock.today())
    Target.objects.filter(indicator__plan=plan).delete()
    Target.objects.bulk_create(
        Target(indicator=kept[line.code], by=by, low=low, high=high, derived=derived, date_assumed=assumed)
        for line in pack.indicators
        for by, low, high, derived, assumed in _targets_in(line)
    )
    return kept


def _install_tasks(plan, pack, indicators):
    kept = {}
    for order, line in sorted(enumerate(pack.tasks), key=lambda pair: pair[1].kind == "deliverable"):
        task, _made = Task.objects.update_or_create(
            plan=plan,
            code=line.code,
            defaults={**task_fields(line, order), "part_of": kept.get(line.part_of), "retired_on": None},
        )
        kept[line.code] = task
    plan.tasks.exclude(code__in=kept).update(retired_on=clock.today())
    link = Task.serves.through
    link.objects.filter(task__plan=plan).delete()
    link.objects.bulk_create(
        link(task=kept[line.code], indicator=indicators[code]) for line in pack.tasks for code in line.serves
    )


def indicator_fields(line, order: int, names: Catalogue) -> dict:
    """What an installed indicator keeps of its line, its formulas typed and hashed."""
    fields = line.model_dump(
        mode="json",
        exclude={"code", "targets", "readings", "level", "level_printed", "missing", "responsible_by"},
    )
    fields |= {"same_as": line.same_as or "", "figures": line.figures or "", "levels": list(line.level)}
    fields |= {"order": order, "expression": None, "digest": ""}
    if line.formula:
        formula = compile_formula(line.formula, names)
        fields |= {"expression": to_json(formula.expression), "digest": formula.digest}
    fields["readings"] = [_reading(reading, names) for reading in line.readings]
    return fields


def _reading(reading, names):
    formula = compile_formula(reading.formula, names)
    return {
        "name": reading.name,
        "formula": reading.formula,
        "expression": to_json(formula.expression),
        "digest": formula.digest,
    }


def task_fields(line, order: int) -> dict:
    fields = line.model_dump(
        exclude={"code", "part_of", "serves", "due", "responsible_by", "lead", "support"}
    )
    return {
        **fields,
        "lead": list(line.lead),
        "support": list(line.support),
        "due_on": line.due,
        "order": order,
    }


def _targets_in(line) -> list[tuple]:
    return [
        (t.by, Decimal(t.value or t.low), Decimal(t.value or t.high), t.derived, t.date_assumed)
        for t in line.targets
    ]


def _targets_of(indicator) -> list[tuple]:
    return [(t.by, t.low, t.high, t.derived, t.date_assumed) for t in indicator.targets.all()]


def _changes(known: dict, new: dict[str, dict]) -> Installed:
    return Installed(
        added=tuple(code for code in new if code not in known),
        changed=tuple(
            code for code, fields in new.items()
            if code in known and any(getattr(known[code], key) != value for key, value in fields.items())
        ),
        retired=tuple(sorted(known.keys() - new.keys())),
    )  # fmt: skip
