from django.shortcuts import render
from django.views.decorators.http import require_safe

from linli.ui.lists import listing, read_filters
from linli.ui.routes import signed_in

from . import queries


@require_safe
@signed_in
def statement(request):
    """我的时长: what stands on my accounts and those of the people I act for, and how it came there."""
    holdings = queries.holdings(request.user)
    filters = read_filters(request.GET, queries.account_filters(holdings))
    holding = queries.chosen(holdings, filters)
    if holding is None:
        return render(request, "ledger/statement.html")
    found = listing(request.GET, queries.statement_rows(holding.account), filters=filters)
    said = {"holding": holding, "listing": found, "lines": queries.lines(found.page, holding.account)}
    return render(request, "ledger/statement.html", said)
