"""Numbers, days and deadlines in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from linli.ui.words import ago_words, as_of_words, day_words, deadline_words, duration_words, figure_words

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # Wednesday, 10 o'clock in China
TODAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


def test_a_day_says_its_weekday_and_another_year():
    said = [day_words(date(2026, 12, 9), today=TODAY), day_words(date(2027, 1, 1), today=TODAY)]
    assert said == ["12月9日 周三", "2027年1月1日 周五"]


def test_a_moment_late_in_the_utc_evening_is_the_next_day_in_china():
    assert day_words(datetime(2026, 3, 4, 17, 0, tzinfo=UTC), today=TODAY) == "3月5日 周四"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=3, hours=4, minutes=5), "3 天 4 小时"),
        (timedelta(hours=1, minutes=20), "1 小时 20 分钟"),
        (timedelta(seconds=20), "不到 1 分钟"),
    ],
)
def test_a_duration_says_its_largest_units(length, words):
    assert duration_words(length) == words


@pytest.mark.parametrize(
    ("due_at", "more", "tone", "words"),
    [
        (NOW - timedelta(hours=5), {}, "late", "已逾期 5 小时"),
        (NOW + timedelta(hours=5), {}, "soon", "今天到期"),
        (NOW + timedelta(days=2), {}, "soon", "还剩 2 天"),
        (NOW + timedelta(days=9), {"workdays_left": 6}, "on_time", "还剩 6 个工作日"),
        (NOW + timedelta(days=3), {"workdays_left": 1}, "soon", "还剩 1 个工作日"),
        (NOW + timedelta(days=9), {"stopped_at": NOW}, "on_time", "计时已暂停"),
        (NOW - timedelta(days=1), {"stopped_at": NOW}, "late", "超期 1 天"),
        (NOW, {"done_at": NOW - timedelta(days=1)}, "done", "已按期完成"),
        (NOW - timedelta(days=2), {"done_at": NOW}, "late", "已完成（超期）"),
    ],
)
def test_a_deadline_is_said_with_its_tone(due_at, more, tone, words):
    said = deadline_words(due_at, now=NOW, **more)
    assert (said.tone, said.words) == (tone, words)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1240, "位老人", "1,240 位老人"),
        (93.4, "%", "93.4%"),
        (0, "件", "0 件"),
        (None, "件", "暂无数据"),
        (80.0, "", "80"),
    ],
)
def test_a_figure_has_separators_and_unit_and_nothing_is_not_zero(value, unit, words):
    assert figure_words(value, unit) == words


def test_long_ago_is_a_day_and_as_of_is_a_whole_date():
    said = [ago_words(NOW - timedelta(minutes=5), now=NOW), ago_words(NOW - timedelta(days=8), now=NOW)]
    assert [*said, as_of_words(TODAY)] == ["5 分钟前", "2月24日 周二", "截至 2026年3月4日"]


def test_english_has_its_own_words():
    with translation.override("en"):
        said = deadline_words(NOW + timedelta(days=9), now=NOW, workdays_left=6)
        assert (said.words, said.day) == ("6 working days left", "Fri 13 Mar")
