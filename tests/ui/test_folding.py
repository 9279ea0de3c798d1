"""A folded template writes what Django would have written, for every reader and in every language (I5, P6)."""

import re
from pathlib import Path

import pytest
from django.template import Context, TemplateDoesNotExist, engines
from django.template.base import NodeList, TextNode
from django.test import override_settings
from django.utils import translation

from linli.ui import folding
from linli.ui.drawn import one_ground
from linli.ui.folded import Joined
from linli.ui.folding import CannotFold, Folded, Folding, Loader
from tests.factories.people import make_worker
from tests.factories.places import make_community

ROOT = Path(__file__).resolve().parents[2] / "linli"
TEMPLATES = sorted(
    str(path.relative_to(folder.parent))
    for folder in ROOT.rglob("templates")
    for path in folder.rglob("*.html")
)
LOADED = {
    "base.html": '{% load i18n %}<h1>{% block title %}{% translate "邻里" %}{% endblock %}</h1>'
    '{% block main %}<p>{% block text %}-{% endblock %}</p>{{ said }}{% endblock %}'
    "{% block foot %}f{{ who }}{% endblock %}",
    "between.html": '{% extends "base.html" %}{% load i18n %}{% block main %}{% translate "查找" as said %}'
    "<i>{{ said }}</i>{% block text %}{{ who }}{% endblock %}{% endblock %}{{ lost }}",
    "page.html": '{% extends "between.html" %}{% load i18n ui %}{% block text %}{% for one in many %}'
    '{% include "row.html" with n=forloop.counter %}{% empty %}{% translate "查找" %}{% endfor %}{% endblock %}',
    "row.html": '{% load i18n ui %}<b>{{ n }}{{ one }}</b>{% icon "search" %}{% url "place-list" as there %}{{ there }}'
    '{% if one %}{% url "case-detail" one %}{% elif who %}{% translate "查找" %}{% else %}none{% endif %}',
    "super.html": '{% extends "base.html" %}{% block title %}{{ block.super }}!{% endblock %}',
    "tree.html": "{{ tree.name }}{% for tree in tree.below %}({% include 'tree.html' %}){% endfor %}",
    "counted.html": "{% for one in many %}{% cycle 'a' 'b' %}"
    "{% ifchanged one %}{{ one }}{% endifchanged %}{% endfor %}",
    "counting.html": "{% for one in many %}{% include 'counted.html' %}{% endfor %}",
    "sentence.html": "{% load i18n %}"
    "{% blocktranslate with a=who %}打印人 {{ reader }} {{ a }} {{ missing }}{% endblocktranslate %}"
    "{% blocktranslate asvar x %}打印人 {{ reader }}{% endblocktranslate %}[{{ x }}]"
    "{% blocktranslate count n=many|length %}{{ n }} 条{% plural %}{{ n }} 条{% endblocktranslate %}",
    "tongues.html": '{% load i18n ui %}{% translate "查找" %}{% language "en" %}'
    '{% translate "查找" %}{% icon "search" %}{% endlanguage %}'
    "{% get_current_language as l %}{{ l }}",
    "as_text.html": '{% autoescape off %}{{ who }}{% url "place-list" %}{% include "row.html" %}'
    "{% endautoescape %}{{ who }}",
    "asked.html": "{% if not who %}0{% elif who == reader or lost and many %}1{% elif called and none is None %}2"
    "{% elif n in numbers %}3{% else %}4{% endif %}{% if lost.deeper %}5{% endif %}{% if called %}6{% endif %}"
    "{{ called }}{{ lost }}{{ True }}{{ kind }}"
    "{% if template %}7{% endif %}{% if push %}8{% endif %}{% if autoescape %}9{% endif %}{{ autoescape }}",
    "alone.html": '{% include "row.html" with one="RQ-1" only %}{% include "missing.html" %}',
    "base_of_choice.html": "{% extends base %}{% block title %}t{% endblock %}",
    "tags.html": '{% load ui i18n %}{% with a=who b="x" %}{{ a }}{{ b|upper }}{% endwith %}'
    '{{ who|default:"y" }}{{ when|day }}{{ n }}{{ f }}'
    '{% include "ui/_chip.html" with title=who tone="done" %}{% comment %}no{% endcomment %}{{ safe }}{{ none }}',
}  # fmt: skip
TOLD = {
    "who": "<张三> & 'x'", "reader": "李四", "many": ["RQ-2", "", "RQ-2"], "n": 1234567, "f": 0.5, "none": None,
    "tree": {"name": "a", "below": [{"name": "b", "below": [{"name": "<c>"}]}, {"name": "d"}]},
    "base": "base.html", "called": lambda: "<called>", "numbers": [1, 2], "kind": dict,
}  # fmt: skip


@pytest.fixture
def engine():
    """The engine of the platform with the templates above beside its own."""
    from django.template import Engine

    own = engines["django"].engine
    loaders = [
        ("linli.ui.folding.Loader", [("django.template.loaders.locmem.Loader", LOADED), *own.loaders[0][1]])
    ]
    return Engine(loaders=loaders, builtins=own.builtins, libraries=own.libraries)


def written(engine, name, told, monkeypatch):
    """What is written twice folded, and by Django alone."""
    template = engine.get_template(name)
    folded = [template.render(Context(told)) for _turn in range(2)]
    with monkeypatch.context() as patched:
        patched.setattr(Folded, "render", NodeList.render)
        return [*folded, engine.get_template(name).render(Context(told))]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", sorted(set(LOADED) - {"alone.html"}))
@pytest.mark.parametrize(
    "told",
    [TOLD, TOLD | {"many": [], "who": "", "called": lambda: ""}, {"base": "base.html"}],
    ids=["all", "few", "none"],
)
def test_a_page_is_written_as_django_writes_it(engine, name, told, language, monkeypatch):
    with translation.override(language):
        first, again, of_django = written(engine, name, told, monkeypatch)
    assert (first, again) == (of_django, of_django)


def test_an_included_template_gets_nothing_more_and_a_missing_one_is_told(engine, monkeypatch):
    with pytest.raises(TemplateDoesNotExist, match="missing"):
        engine.get_template("alone.html").render(Context(TOLD))
    monkeypatch.setitem(LOADED, "missing.html", "{{ who }}")
    engine.template_loaders[0].reset()
    (first, again, of_django) = written(engine, "alone.html", TOLD, monkeypatch)
    assert first == again == of_django
    assert first.count("张三") == 1


def test_another_language_and_other_addresses_are_another_text(engine):
    template = engine.get_template("page.html")
    with translation.override("zh-hans"):
        chinese = template.render(Context({}))
    with translation.override("en"):
        english = template.render(Context({}))
    with translation.override("zh-hans"), override_settings(STATIC_URL="/elsewhere/"):
        elsewhere = template.render(Context(TOLD))
    assert "邻里" in chinese
    assert "邻里" not in english
    assert "/elsewhere/" in elsewhere
    with translation.override("zh-hans"):
        assert template.render(Context({})) == chinese


def test_a_language_chosen_inside_a_page_counts_for_what_is_drawn_there(engine):
    with translation.override("zh-hans"), one_ground():
        assert "查找" in engine.get_template("tongues.html").render(Context({}))


def test_nothing_of_a_reader_stays(engine):
    """What is kept is rendered for another reader without a trace of the first (I14)."""
    template = engine.get_template("page.html")
    template.render(Context(TOLD | {"who": "PLANTED", "many": ["PLANTED-1"]}))

    def texts(nodes):
        for node in nodes:
            if isinstance(node, TextNode):
                yield node.s
            for inside in (
                *folding.children(node),
                *(part for _asked, part in getattr(node, "conditions_nodelists", ())),
            ):
                yield from texts(inside)

    kept = [text for nodes in template.nodelist.kept.values() for text in texts(nodes)]
    assert kept
    assert not [text for text in kept if "PLANTED" in text]
    assert "PLANTED" not in template.render(Context({"who": "b", "many": ["RQ-1"]}))


def test_what_cannot_be_folded_is_left_to_django(engine):
    template = engine.get_template("super.html")
    template.render(Context(TOLD))
    assert list(template.nodelist.kept.values()) == [False]


def test_a_base_that_is_chosen_at_the_request_is_folded_for_each_choice(engine):
    template = engine.get_template("base_of_choice.html")
    pages = [
        template.render(Context(TOLD | {"base": base})) for base in ("base.html", "between.html", "base.html")
    ]
    assert pages[0] == pages[2] != pages[1]
    with pytest.raises(TemplateDoesNotExist):
        template.render(Context({"base": "nothing.html"}))
    assert [base for _ground, base in template.nodelist.kept] == ["base.html", "between.html"]
    by_object = template.render(Context(TOLD | {"base": engine.get_template("base.html")}))
    assert by_object == pages[0]


def test_every_template_of_the_platform_folds():
    """Those that cannot would cost again what they cost before: they are named here."""
    engine, cannot = engines["django"].engine, set()
    with translation.override("zh-hans"):
        for path in TEMPLATES:
            name = path.removeprefix("templates/")
            template = engine.get_template(name)
            base = "ui/base_resident.html" if template.nodelist.base else None
            try:
                folded = Folding(template, base=base).whole()
            except CannotFold:
                cannot.add(name)
            else:
                assert isinstance(folded, Joined)
    assert {name.split("/")[0] for name in cannot} <= {
        "allauth",
        "account",
        "mfa",
        "usersessions",
        "socialaccount",
    }
    assert isinstance(engine.template_loaders[0], Loader)


def without_tokens(page: bytes) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "token", page.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_of_a_visitor_and_a_worker_are_the_same_folded_and_not(client, language, monkeypatch):
    community = make_community(1)
    addresses = (
        "/",
        "/places/",
        f"/places/{community.code}/",
        "/accounts/login/",
        "/cases/",
        "/bench/",
        "/my/",
    )
    client.cookies["django_language"] = language
    worker = make_worker(community, "request.view", "places.edit")
    for signed_in in (False, True):
        if signed_in:
            client.force_login(worker)
        for address in addresses:
            folded = client.get(address)
            with monkeypatch.context() as patched:
                patched.setattr(Folded, "render", NodeList.render)
                plain = client.get(address)
            assert (folded.status_code, without_tokens(folded.content)) == (
                plain.status_code,
                without_tokens(plain.content),
            )
