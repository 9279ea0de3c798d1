"""The operators' page, and the page of somebody who waits for a long job."""

import pytest
from django.db import connection
from django.urls import reverse

from linli import jobs
from linli.jobs.long import progress, start_long
from linli.jobs.models import Failure, LongJob
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


@jobs.job("tests.long", one_transaction=False)
def long_test(*, long_id: int) -> None:
    with progress(long_id) as work:
        for _thing in work.each(range(250)):
            pass


def make_dead_letter() -> int:
    job_id = jobs.defer("tests.long", long_id=1)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing' where id = %s", [job_id])
        cursor.execute("update procrastinate_jobs set status = 'failed' where id = %s", [job_id])
    Failure.objects.create(job=job_id, name="tests.long", attempt=6, error="ValueError (linli/x/y.py:3)")
    return job_id


def make_operator():
    return make_worker(make_community(), "jobs.operate")


def test_the_operators_see_dead_letters_with_where_they_broke_and_try_again(client):
    job_id = make_dead_letter()
    client.force_login(make_operator())

    page = client.get(reverse("job-list")).content.decode()
    assert "ValueError (linli/x/y.py:3)" in page
    client.post(reverse("job-try-again", args=[job_id]))

    assert "ValueError" not in client.get(reverse("job-list")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_queries(client, count, django_assert_num_queries):
    operator = make_operator()
    for _letter in range(count):
        make_dead_letter()
        start_long("tests.long", title="导入名册", by=operator)
    client.force_login(operator)

    with django_assert_num_queries(5):
        client.get(reverse("job-list"))


def test_P1_the_machine_room_is_for_operators(client):
    assert client.get(reverse("job-list")).status_code == 302
    client.force_login(make_user())
    assert client.get(reverse("job-list")).status_code == 403


def test_a_long_job_counts_and_ends():
    long = start_long("tests.long", title="导入名册", by=make_user(), total=250)
    assert (long.state, long.percent) == ("waiting", 0)

    long_test(long_id=long.pk)

    long.refresh_from_db()
    assert (long.state, long.done, long.percent) == ("done", 250, 100)


def test_a_long_job_that_breaks_says_so_without_naming_anybody():
    long = start_long("tests.long", title="导入名册", by=make_user())
    with pytest.raises(ValueError, match="李测试"), progress(long.pk):
        raise ValueError("李测试")

    long.refresh_from_db()
    assert (long.state, long.message) == ("failed", "出错（ValueError），系统会稍后再试。")


def test_who_started_a_long_job_sees_it_and_others_do_not(client):
    starter, other = make_user(), make_user()
    long = start_long("tests.long", title="导入名册", by=starter)
    answers = []
    for user in (starter, other):
        client.force_login(user)
        answers.append(client.get(reverse("long-job", args=[long.pk])).status_code)

    assert answers == [200, 404]
    assert LongJob.objects.visible_to(starter).get() == long
