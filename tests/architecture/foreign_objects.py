"""For each route that names an object: an object of another community, street and county."""

from linli.kernel import clock
from linli.people.models import Consent
from linli.people.privacy.models import Correction
from tests.factories.people import make_person, make_user
from tests.factories.places import make_community

FOREIGN_STREET = "990102001000"


def community():
    return make_community(9, street=FOREIGN_STREET)


def code(**more):
    return lambda: {"code": community().code, **more}


def person():
    return {"pk": make_person("外地居民", home=community()).pk}


def post():
    from tests.factories.people import make_post

    return {"pk": make_post(make_user(), community(), role="foreign").pk}


def claim():
    from linli.people.actions import claim_residence

    return {"pk": claim_residence(make_person(), community=community()).pk}


def case():
    from linli.cases.models import Case
    from linli.kernel import clock
    from tests.factories.people import make_unit

    where = community()
    made = Case.objects.filter(number="RQ-2026-999999").first() or Case.objects.create(
        kind="request",
        number="RQ-2026-999999",
        title="外区的事",
        state="submitted",
        place=where,
        reporter=make_person(),
        unit=make_unit(where),
        opened_at=clock.now(),
    )
    return {"number": made.number}


def step():
    return case() | {"step": "assign"}


def stored_file():
    from tests.factories.files import make_file

    return {"pk": make_file().pk}


# Public addresses with something in them that is nobody's.
OPEN = {"door": {"name": "services"}, "gallery-page": {"page": "home"}, "gallery-map": {"kind": "areas"}}
# Doors whose object decides who enters; to strangers and foreign roles it does not exist.
GUARDED = {"case-detail", "case-step", "case-follow", "file-content"}


def correction():
    asked = Correction.objects.create(
        person=make_person(home=community()), field="name", proposed="甲", due_on=clock.today()
    )
    return {"pk": asked.pk}


def consent():
    somebody = make_person(home=community())
    given = Consent.objects.create(
        person=somebody, purpose="sms", text_version="1", given_at=clock.now(), given_by=somebody
    )
    return {"pk": given.pk}


FOREIGN = {
    "case-detail": case,
    "case-step": step,
    "case-follow": case,
    "file-content": stored_file,
    "place-detail": code(),
    "place-map": code(),
    "place-history": code(),
    "place-edit": code(),
    "place-confirm": code(),
    "place-act": code(act="rename"),
    "person-detail": person,
    "post-new": person,
    "post-end": post,
    "claim-answer": claim,
    "person-reveal": person,
    "correction-answer": correction,
    "consent-withdraw": consent,
}
