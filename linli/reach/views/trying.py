"""What the what-if page does with a form that is in order: try, or save."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linli.places.models import Place
from linli_compute.errors import InputError

from ..actions.planning import save_scenario
from ..effects import effect_of
from ..rules import rounded


def answered(request, run, form) -> dict:
    """`saved` when something was kept; else the sites so far and what they would change."""
    act = request.POST.get("act", "try")
    try:
        return {"save": _save}.get(act, _try)(request, run, form)
    except (ValidationError, InputError) as refused:
        form.add_error(None, getattr(refused, "messages", None) or str(refused))
        return {"sites": form.cleaned_data.get("sites", [])}


def _try(request, run, form) -> dict:
    told = form.cleaned_data
    if not form.spots:
        raise ValidationError(_("请先在地图上点一个位置。"))
    effect = effect_of(run, told["function"], told["group"], form.spots)
    names = dict(Place.objects.filter(code__in=list(effect.gains)).values_list("code", "name"))
    told = [(rounded(count), names[code]) for code, count in sorted(effect.gains.items())]
    gains = sorted(told, key=lambda row: -(row[0] or 0))
    tens = {name: rounded(getattr(effect, name)) for name in ("people", "before", "after")}
    tens["gained"] = rounded(effect.after - effect.before)
    return {
        "effect": effect,
        "tens": tens,
        "sites": form.spots,
        "gains": gains,
        "sites_text": _text(form.spots),
    }


def _save(request, run, form) -> dict:
    told = form.cleaned_data
    asked = {name: told[name] for name in ("title", "function", "group")}
    save_scenario(run, by=request.user, sites=form.spots, **asked)
    messages.success(request, _("方案已保存。"))
    return {"saved": True}


def _text(spots) -> str:
    return ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in spots)
