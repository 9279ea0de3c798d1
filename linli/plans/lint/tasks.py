"""Checks of the tasks of a plan: no orphan, nobody without a lead, nothing due outside the plan."""

from .checks import Check, Context, Finding, into, repeated

CHECKS: list[Check] = []  # each takes the context
EACH: list[Check] = []  # each takes the context, the location of a task and the task


@into(CHECKS)
def task_codes_differ(context: Context):
    for position, code in repeated(task.code for task in context.pack.tasks):
        yield Finding(("tasks", position, "code"), f"任务代码 {code} 写了两次", "代码在一份规划里唯一")


@into(CHECKS)
def tasks_quote_different_words(context: Context):
    keys = [(task.kind, task.clause, task.quote) for task in context.pack.tasks]
    for position, (_kind, _clause, quote) in repeated(keys):
        yield Finding(
            ("tasks", position, "quote"), f"“{quote[:20]}”这一句写成了两个任务", "合并，或引用不同的句子"
        )


@into(EACH)
def task_serves_or_is_judged(context: Context, where, task):
    if not task.serves and not task.judged_by:
        yield Finding(
            (*where, "code"), "任务不支撑任何指标", "写 serves；没有数量指标的写 judged_by: evidence"
        )


@into(EACH)
def task_is_judged_one_way(context: Context, where, task):
    if task.serves and task.judged_by:
        yield Finding((*where, "judged_by"), "已支撑指标，又写了 judged_by", "删去 judged_by")


@into(EACH)
def task_serves_known_indicators(context: Context, where, task):
    known = {line.code for line in context.pack.indicators}
    for position, code in enumerate(task.serves):
        if code not in known:
            yield Finding((*where, "serves", position), f"没有指标 {code}", "写同一份规划里的指标代码")


@into(EACH)
def task_serves_each_once(context: Context, where, task):
    for position, code in repeated(task.serves):
        yield Finding((*where, "serves", position), f"{code} 写了两次", "保留一个")


@into(EACH)
def task_falls_due_in_the_plan(context: Context, where, task):
    if not context.pack.valid_from <= task.due <= context.pack.valid_to:
        yield Finding((*where, "due"), f"期限 {task.due} 不在规划期内", "检查日期")


@into(EACH)
def action_names_its_box(context: Context, where, task):
    if task.kind == "action" and not task.box:
        yield Finding((*where, "kind"), "专栏行动没有写专栏名称", "写 box：专栏号和名称")


@into(EACH)
def box_belongs_to_an_action(context: Context, where, task):
    if task.box and task.kind != "action":
        yield Finding((*where, "box"), "只有专栏行动写 box", "删去 box，或 kind 写 action")


@into(EACH)
def box_and_clause_agree(context: Context, where, task):
    if task.box and not task.box.startswith(task.clause.split(".")[0]):
        yield Finding((*where, "clause"), f"条款 {task.clause} 与“{task.box}”不一致", "写同一个专栏号")


@into(EACH)
def deliverable_is_part_of_a_task(context: Context, where, task):
    if task.kind == "deliverable" and not task.part_of:
        yield Finding((*where, "kind"), "成果没有写属于哪个任务", "写 part_of：任务代码")


@into(EACH)
def only_deliverables_are_parts(context: Context, where, task):
    if task.part_of and task.kind != "deliverable":
        yield Finding((*where, "part_of"), "只有成果（deliverable）写 part_of", "删去 part_of")


@into(EACH)
def part_of_exists(context: Context, where, task):
    whole = next((other for other in context.pack.tasks if other.code == task.part_of), None)
    if task.part_of and (whole is None or whole.kind == "deliverable"):
        yield Finding((*where, "part_of"), f"没有任务或行动 {task.part_of}", "写任务或专栏行动的代码")


@into(EACH)
def part_stands_under_the_same_clause(context: Context, where, task):
    whole = next((other for other in context.pack.tasks if other.code == task.part_of), None)
    if whole is not None and whole.clause != task.clause:
        yield Finding((*where, "clause"), f"条款与所属任务（{whole.clause}）不同", "写同一个条款")


@into(EACH)
def part_is_due_with_the_whole(context: Context, where, task):
    whole = next((other for other in context.pack.tasks if other.code == task.part_of), None)
    if whole is not None and task.due > whole.due:
        yield Finding((*where, "due"), "成果的期限晚于所属任务", "提前成果的期限，或推后任务的期限")


@into(EACH)
def supporter_does_not_lead(context: Context, where, task):
    for who in sorted(set(task.lead) & set(task.support)):
        yield Finding((*where, "support"), f"{who} 既牵头又配合", "只留在 lead 里")


@into(EACH)
def nobody_is_named_twice(context: Context, where, task):
    for key in ("lead", "support"):
        for position, who in repeated(getattr(task, key)):
            yield Finding((*where, key, position), f"{who} 写了两次", "保留一个")


@into(EACH)
def yearly_is_said_in_the_text(context: Context, where, task):
    if task.repeats == "yearly" and "每年" not in task.quote:
        yield Finding((*where, "repeats"), "引文里没有“每年”", "引用写有“每年”的那一句，或删去 repeats")


@into(EACH)
def every_year_repeats(context: Context, where, task):
    if task.kind == "deliverable" and "每年" in task.quote and not task.repeats:
        yield Finding((*where, "quote"), "引文说“每年”，任务却只有一次", "写 repeats: yearly")
