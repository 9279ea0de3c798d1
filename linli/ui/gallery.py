"""Made-up content for the gallery: long words, many rows, none, errors. People and places do not exist."""

from datetime import timedelta

from django import forms
from django.urls import reverse

from linli.kernel import clock
from linli.ui.lists import Choice, Filter, listing, read_filters

LONG_TITLE = "关于翠湖东路与滨江大道交叉口以北老旧小区加装电梯后一层住户采光及排水问题的联合协调请求"
LONG_ENGLISH = (
    "Joint coordination of daylight and drainage for ground-floor households after lifts were added to the old "
    "compound north of Cuihu East Road and Riverside Avenue"
)
TITLES = [
    LONG_TITLE,
    "3号楼2单元声控灯不亮",
    "申请居家适老化改造",
    LONG_ENGLISH,
    "小区东门外路面积水",
    "独居老人张奶奶家燃气报警器更换",
    "周末想借用社区活动室办邻里读书会",
]
STATES = [
    ("待签收", "active"),
    ("办理中", "active"),
    ("待回访", "info"),
    ("已办结", "done"),
    ("退回重办", "late"),
    ("等待补件", "soon"),
]
PAGES = {
    "components": "gallery",
    "home": "gallery_home",
    "workbench": "gallery_workbench",
    "cockpit": "gallery_cockpit",
}


class GalleryForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="怎么称呼您", max_length=20, help_text="写姓氏也可以，例如“王阿姨”")
    phone = forms.CharField(label="联系电话", max_length=20, help_text="只有经办人能看到，办结后两年删除")
    kind = forms.ChoiceField(
        label="您遇到的是哪一类事情",
        choices=[
            ("repair", "东西坏了需要修"),
            ("help", "需要有人帮忙"),
            ("ask", "想问一件事"),
            ("praise", "想表扬"),
        ],
        widget=forms.RadioSelect,
    )
    street = forms.ChoiceField(
        label="所在街道", choices=[("", "请选择"), ("a", "河东街道"), ("b", LONG_TITLE)], required=False
    )
    text = forms.CharField(
        label="发生了什么",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="时间、地点、经过，想到什么写什么",
    )
    secret = forms.BooleanField(label="为我保密：除经办人外，不让别人知道是我反映的", required=False)


def gallery_context(request):
    """Everything the gallery pages draw."""
    now = clock.now()
    filters = read_filters(request.GET, _filters())
    cases = _cases(now)
    return {
        "listing": listing(request.GET, cases * 14, filters=filters, per_page=6),
        "short_list": listing(request.GET.__class__("", mutable=True), cases[:3]),
        "nothing": listing(request.GET.__class__("", mutable=True), []),
        "filtered": listing(request.GET.__class__("q=无", mutable=True), []),
        "form": GalleryForm(),
        "wrong_form": GalleryForm({"name": "王" * 30, "kind": "other"}, auto_id="wrong_%s"),
        "crumbs": [{"title": "首页", "url": "/"}, {"title": "组件", "url": ""}],
        "steps": _steps(),
        "events": _events(now),
        "due": {
            "late": now - timedelta(days=2, hours=3),
            "soon": now + timedelta(hours=5),
            "far": now + timedelta(days=9),
        },
        "now": now,
        "chips": [{"title": title, "tone": tone} for title, tone in STATES],
        "columns": _columns(),
        "rows": _rows(),
        "totals": ["合计", "8,412", "1,240", "91.3%", ""],
        "metrics": METRICS,
        "explained": _explained(now),
        "charts": _charts(now),
        "map": _map_frame(now, "areas", "社区老年助餐服务覆盖率"),
        "years": range(2026, 2020, -1),
        "doors": DOORS,
        "community": COMMUNITY,
        "queues": QUEUES,
        "detail": True,
    }


def _filters():
    states = tuple(Choice(str(index), title, count=14) for index, (title, _tone) in enumerate(STATES))
    return (
        Filter("state", "状态", states),
        Filter("street", "街道", (Choice("a", "河东街道"), Choice("b", "滨江新城街道"))),
    )


def _cases(now):
    cases = []
    for index, title in enumerate(TITLES):
        state, tone = STATES[index % len(STATES)]
        due_at = now + timedelta(days=index * 3 - 2, hours=3)
        cases.append(
            {
                "title": title,
                "number": f"RQ-2026-{120 + index:06d}",
                "place": "翠湖社区 · 第3网格",
                "state": state,
                "tone": tone,
                "due_at": due_at,
                "left": None if index < 2 else index * 2,
                "url": f"?case={index}",
            }
        )
    return cases


def _steps():
    return [
        {"title": "说明情况", "state": "done", "note": ""},
        {"title": "选择地点", "state": "done", "note": ""},
        {"title": "联系方式", "state": "current", "note": "约1分钟"},
        {"title": "核对提交", "state": "ahead", "note": ""},
    ]


def _events(now):
    return [
        {
            "title": "王女士反映",
            "who": "手机",
            "at": now - timedelta(days=3),
            "tone": "done",
            "text": TITLES[1],
        },
        {
            "title": "街道派单",
            "who": "河东街道 李调度",
            "at": now - timedelta(days=2),
            "tone": "done",
            "text": "",
        },
        {
            "title": "退回重办",
            "who": "翠湖社区",
            "at": now - timedelta(days=1),
            "tone": "late",
            "text": "回访时居民说灯还是不亮，请再去一次。" + LONG_TITLE,
        },
        {
            "title": "办理中",
            "who": "陈师傅",
            "at": now - timedelta(hours=2),
            "tone": "active",
            "text": LONG_ENGLISH,
        },
    ]


def _columns():
    return [
        {"title": "社区", "sort": "name"},
        {"title": "常住人口", "numeric": True, "sort": "people"},
        {"title": "60岁以上", "numeric": True},
        {"title": "按期办结率", "numeric": True},
        {"title": "状态"},
    ]


def _rows():
    names = [
        "翠湖社区",
        "滨江新城第一社区（筹）",
        "河东街道解放路与建设巷联合社区综合服务站",
        "杨柳村",
        "石桥村",
    ]
    rows = []
    for index, name in enumerate(names):
        tone, word = [("done", "已达到"), ("soon", "差一点"), ("late", "未达到")][index % 3]
        elders = f"{240 + index * 31:,}" if index != 3 else "暂无数据"
        rows.append(
            [
                {"title": name, "url": f"?place={index}"},
                f"{1480 + index * 97:,}",
                elders,
                f"{96.4 - index * 4.1:.1f}%",
                {"title": word, "tone": tone},
            ]
        )
    return rows


METRICS = [
    {
        "title": "诉求按期办结率",
        "value": 93.4,
        "unit": "%",
        "target": 95,
        "state": "差一点",
        "tone": "soon",
        "url": "?explain=1",
    },
    {
        "title": "老年助餐服务覆盖社区比例",
        "value": 86,
        "unit": "%",
        "target": 80,
        "state": "已达到",
        "tone": "done",
        "url": "?",
    },
    {
        "title": "每百户居民拥有社区综合服务设施面积",
        "value": 21.5,
        "unit": "平方米",
        "target": 30,
        "state": "未达到",
        "tone": "late",
        "url": "?",
    },
    {
        "title": "注册志愿者占常住人口比例",
        "value": None,
        "unit": "%",
        "target": 20,
        "state": "未上报",
        "tone": "info",
        "url": "",
    },
]

DOORS = [
    {"title": "办事", "text": "开证明、申请补贴、查进度", "icon": "file-earmark-text", "url": "?door=1"},
    {
        "title": "反映问题",
        "text": "东西坏了、吵了、脏了，告诉我们",
        "icon": "chat-square-text",
        "url": "?door=2",
    },
    {"title": "找服务", "text": "助餐、家政、维修、就近网点", "icon": "geo-alt", "url": "?door=3"},
    {"title": "参与", "text": "活动、志愿服务、邻里议事", "icon": "people", "url": "?door=4"},
]

COMMUNITY = {
    "title": "翠湖社区",
    "url": "?community=1",
    "phone": "0999-5550123",
    "hours": "8:30–20:00",
    "on_duty": "陈晓梅",
    "activities": [{"title": "量血压、测血糖", "url": "?a=1", "when": "9:30–11:00 · 一楼健康小屋"}, {"title": "老年手机课：看病挂号", "url": "?a=2", "when": "14:00 · 二楼教室 · 还有 5 个座位"}],
    "notices": [{"title": "周四上午8点到12点，东苑1至6栋停水检修", "url": "?n=1", "when": "昨天发布"}],
}  # fmt: skip

QUEUES = [
    {"title": "今天到期", "count": 6, "tone": "soon", "url": "?queue=today", "current": True},
    {"title": "逾期", "count": 2, "tone": "late", "url": "?queue=late"},
    {"title": "待签收", "count": 11, "tone": "", "url": "?queue=new"},
    {"title": "待回访", "count": 4, "tone": "", "url": "?queue=call"},
    {"title": "今日探访", "count": 0, "tone": "", "url": "?queue=visit"},
]

GALLERY_PLACES = [
    {"value": "990101001001", "title": "翠湖社区", "note": "河东街道 · 1,480 户"},
    {"value": "990101001002", "title": "翠湖东苑小区", "note": "翠湖社区 · 12 栋"},
    {"value": "990101002001", "title": "滨江新城第一社区", "note": "滨江新城街道"},
]


def _explained(now):
    return {
        "title": "诉求按期办结率",
        "value": 93.4,
        "unit": "%",
        "formula": "按期办结的诉求数 ÷ 办结的诉求总数 × 100；上级数由下级分子、分母分别相加得出，不取平均。",
        "parts": [
            {"title": "按期办结诉求", "value": 4671, "unit": "件", "url": "?records=1"},
            {"title": "办结诉求", "value": 5001, "unit": "件", "url": "?records=2"},
            {"title": "未上报社区", "value": 2, "unit": "个", "url": ""},
        ],
        "source": "诉求台账，2026年第一季度",
        "as_of": now,
    }


def _charts(now):
    months = [f"{month}月" for month in range(1, 9)]
    one = [88.2, 89.5, 91.0, None, 92.6, 93.1, 92.4, 93.4]
    return [
        _chart(now, "on-time", "诉求按期办结率", "%", {"kind": "bar", "labels": months, "series": [{"name": "全区", "values": one}], "target": 95, "target_words": "目标"}),
        _chart(now, "two-lines", "城市与农村社区办结率", "%", {"kind": "line", "labels": months, "series": [{"name": "城市社区", "values": one}, {"name": "农村社区", "values": [80, 82, 83, 85, 84, 88, 89, 90]}]}),
        _chart(now, "rank", "办结最慢的事项", "个工作日", {"kind": "rank", "labels": ["房屋漏水", "噪声", "停车", "路灯", "垃圾清运"], "series": [{"name": "平均用时", "values": [9.2, 7.1, 5.5, 3.2, 1.4]}]}),
        _chart(now, "stacked", "各类诉求件数", "件", {"kind": "stacked", "labels": months, "series": [{"name": "求助", "values": [120, 132, 101, 134, 90, 130, 110, 96]}, {"name": "投诉", "values": [60, 72, 71, 74, 80, 83, 70, 66]}, {"name": "咨询", "values": [150, 132, 201, 154, 190, 170, 160, 186]}]}),
    ]  # fmt: skip


def _chart(now, name, title, unit, drawn):
    columns = [{"title": ""}] + [{"title": one["name"], "numeric": True} for one in drawn["series"]]
    rows = [
        [
            label,
            *(
                "暂无数据" if one["values"][index] is None else str(one["values"][index])
                for one in drawn["series"]
            ),
        ]
        for index, label in enumerate(drawn["labels"])
    ]
    return {
        "id": f"chart-{name}",
        "title": title,
        "unit": unit,
        "as_of": now,
        "n": 5001,
        "note": "",
        "download_url": "?download=1",
        "drawn": drawn | {"unit": unit},
        "columns": columns,
        "rows": rows,
    }


def _map_frame(now, kind, title):
    return {
        "title": title,
        "src": reverse("gallery-map", args=[kind]),
        "unit": "%",
        "as_of": now,
        "note": "",
        "list_url": "?",
    }


def gallery_map_of(kind):
    """The JSON of a gallery map: 12 made-up areas by class, met or not, or as points."""
    squares = [_square(index) for index in range(12)]
    if kind == "points":
        for feature in squares:
            west, south = feature["geometry"]["coordinates"][0][0]
            feature["geometry"] = {"type": "Point", "coordinates": [west + 0.008, south + 0.006]}
            feature["properties"] = {
                key: feature["properties"][key] for key in ("id", "title", "text", "url")
            }
    layer = {"kind": kind, "title": "覆盖率", "unit": "%", "breaks": [20, 40, 60, 80]}
    return {
        "base": None,
        "layers": [layer | {"features": {"type": "FeatureCollection", "features": squares}}],
    }


def _square(index):
    west, south = 114.30 + index % 4 * 0.02, 30.50 + index // 4 * 0.015
    east, north = west + 0.0195, south + 0.0145
    value = None if index == 5 else round(index * 8.7 + 2, 1)
    return {
        "type": "Feature",
        "geometry": {
            "type": "Polygon",
            "coordinates": [
                [[west, south], [east, south + 0.001], [east, north], [west + 0.001, north], [west, south]]
            ],
        },
        "properties": {
            "id": index,
            "title": f"示例{index + 1}社区",
            "value": value,
            "met": None if value is None else value >= 40,
            "text": "" if value is None or index % 3 else f"{value}%（{index + 3} 处）",
            "url": f"?place={index}" if index % 2 else None,
        },
    }
