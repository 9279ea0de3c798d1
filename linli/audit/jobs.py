"""The chain is linked every ten seconds, its head exported every night."""

from procrastinate.contrib.django import app

from . import actions


@app.periodic(cron="* * * * * */10")
@app.task(name="audit.link_chain", queueing_lock="audit.link_chain", pass_context=False)
def link_chain(timestamp: int) -> int:
    return actions.link_chain()


@app.periodic(cron="10 1 * * *")
@app.task(name="audit.export_head", queueing_lock="audit.export_head", pass_context=False)
def export_head(timestamp: int) -> None:
    actions.export_head()
