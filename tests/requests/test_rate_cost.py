"""What the rating of a request costs in statements: it is the last of the five steps the bench counts."""

import pytest

from linli.cases.actions import take_step
from linli.cases.actors import Bearer

pytestmark = pytest.mark.django_db


def test_a_good_rating_is_a_few_statements(town, django_assert_num_queries):
    case = town.request("resolved")
    with django_assert_num_queries(9):
        take_step(case, "rate", by=Bearer(case.pk, case.reporter_id), stars=5)
