"""What a test that committed leaves to the next one."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from linli import audit
from linli.audit.models import Entry
from linli.places.models import Place
from tests import emptying
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("is_superuser", [True, False])
def test_nothing_is_left_not_even_where_nobody_else_may_forget(monkeypatch, is_superuser):
    """The log of acts refuses DELETE and TRUNCATE; what `migrate` wrote by itself stays."""
    monkeypatch.setattr(emptying, "is_superuser", lambda connection: is_superuser)
    stays = (ContentType.objects.count(), Permission.objects.count())
    make_community(1)
    with transaction.atomic():
        audit.record("places.look", by=None, place=Place.objects.first())
    assert (Place.objects.count() > 0, Entry.objects.count() > 0) == (True, True)

    emptying.empty(connection)

    assert (Place.objects.count(), Entry.objects.count()) == (0, 0)
    assert (ContentType.objects.count(), Permission.objects.count()) == stays != (0, 0)
