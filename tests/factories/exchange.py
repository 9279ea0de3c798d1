"""Entries of the exchange register."""

from datetime import date

from linli.exchange.actions import register_entry


def make_entry(code="import-units", **stated):
    return register_entry(
        by=None,
        code=code,
        **{
            "kind": "import",
            "title": "单位名录",
            "purpose": "派单时找到承办单位",
            "basis": "国务院令第 809 号",
            "fields": ["名称", "电话"],
            "partner": "桥头街道办事处",
            "owner": "桥头街道办事处",
            "valid_from": date(2026, 1, 1),
            **stated,
        },
    )
