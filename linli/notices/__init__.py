"""Messages to people: a row written with the change it tells of, sent afterwards by a job.

`from linli.notices.actions import notify`, then in an action, inside its transaction:

    notify(case.reporter, "request-assign", case=case.number, path=f"/cases/{case.number}/")

The text stands in `templates/<app>/notices/request-assign.txt`: the subject line first, then the body.
"""
