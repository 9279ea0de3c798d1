"""For each route that names an object: an object of another community, street and county."""

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


FOREIGN = {
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
}
