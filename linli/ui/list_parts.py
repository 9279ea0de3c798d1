"""What stands around the rows of a list: its filters, and the way to its other pages."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .drawn import draw, one_ground
from .lists import address_with
from .parts import part, said


@part("ui/_filters.html")
def filters(context) -> str:
    """`listing`; `search_title`; `find_url` where words are sent and do not stand in the address."""
    listing, find_url = context["listing"], context.get("find_url")
    count = listing.page.paginator.count
    with one_ground():
        kept, menus = _menus(listing.filters) if listing.filters else ("", "")
        holes = {
            "kept": kept,
            "menus": menus,
            "words": said(listing.words),
            "search_title": said(context.get("search_title") or _("在列表里查找")),
            "counted": ngettext("共 %(n)s 条", "共 %(n)s 条", count) % {"n": count},
            "clear_url": listing.clear_url,
        }
        if find_url:
            holes |= {"find_url": find_url, "csrf_token": said(context.get("csrf_token"))}
        plain = {"is_sent": bool(find_url), "is_filtered": listing.is_filtered}
        return draw("ui/_filters.html", holes, **plain)


def _menus(filters) -> tuple[str, str]:
    """What is chosen already, for the search to keep; then a menu for each filter and what is chosen of it."""
    chosen = [(one, choice) for one in filters if (choice := one.chosen) is not None]
    kept = (
        draw("ui/_filter_kept.html", {"name": one.name, "value": said(choice.value)})
        for one, choice in chosen
    )
    menus = [_menu(one) for one in filters]
    for _one, choice in chosen:
        menus.append(draw("ui/_filter_chosen.html", {"url": choice.url, "title": said(choice.title)}))
    return SafeString("".join(kept)), SafeString("".join(menus))


def _menu(one) -> str:
    title, chosen = said(one.title), one.chosen
    if chosen:
        title = _("%(title)s：%(chosen)s") % {"title": title, "chosen": said(chosen.title)}
    holes = {"title": title, "choices": SafeString("".join(map(_choice, one.choices)))}
    return draw("ui/_filter_menu.html", holes, chosen=chosen is not None)


def _choice(choice) -> str:
    holes = {"url": choice.url, "title": said(choice.title)}
    if choice.count is not None:
        holes["count"] = choice.count
    return draw("ui/_filter_choice.html", holes, chosen=bool(choice.chosen), counted=choice.count is not None)


@part("ui/_pages.html")
def pages(context) -> str:
    """`listing`, of which one page is shown; nothing where there is no other."""
    listing, request = context["listing"], context.get("request")
    page = listing.page
    if page.paginator.num_pages <= 1:
        return ""
    told = {"first": page.start_index(), "last": page.end_index(), "n": page.paginator.count}
    address = _addresses(request.GET if request is not None else None)
    with one_ground():
        steps = SafeString("".join(_step(number, page, address) for number in listing.page_numbers))
        holes = {"told": _("第 %(first)s–%(last)s 条，共 %(n)s 条") % told, "steps": steps}
        if page.has_previous():
            holes["previous"] = f"{address}{page.number - 1}"
        if page.has_next():
            holes["next"] = f"{address}{page.number + 1}"
        return draw("ui/_pages.html", holes, has_previous="previous" in holes, has_next="next" in holes)


def _addresses(query) -> str:
    """The address of the list as asked for, ready for the number of a page behind it."""
    others = address_with(query) if query else ""
    return f"?{others}&page=" if others else "?page="


def _step(number, page, address: str) -> str:
    if number == page.paginator.ELLIPSIS:
        return draw("ui/_page_step.html", {}, kind="gap")
    if number == page.number:
        return draw("ui/_page_step.html", {"number": number}, kind="here")
    return draw("ui/_page_step.html", {"number": number, "to": f"{address}{number}"}, kind="page")
