"""Invented names of places, streets and compounds: common words, joined at random, never twice."""

from itertools import count

from linli.config.city.words import words

PROVINCE, CITY, RIVER = "霁川省", "漪州市", "漪江"
BROOKS = ("竹溪", "柳溪", "清溪", "石门溪", "白水溪", "枫溪")
DISTRICTS = ("望漪区", "云浦区", "鹤汀区", "麓湖区", "霞汀区", "锦岚区", "竹汀区", "桐川区")
COUNTIES = ("青蓼县", "禾陂县", "石枫县", "梨川县", "雁泊县", "松陉县", "葭湾县", "砚溪县")
SEATS = ("青蓼镇", "禾陂镇", "石枫镇", "梨川镇", "雁泊镇", "松陉镇", "葭湾镇", "砚溪镇")


class PlaceNames:
    """Draws names without repeating one; `rng` is the part's own generator."""

    def __init__(self, rng):
        self._rng = rng
        self._used = set()

    def _draw(self, *pools, ends=""):
        """Words joined, one from each pool, with the ending; a number in Chinese when the words run out."""
        for _ in range(60):
            name = "".join(pool[self._rng.integers(len(pool))] for pool in pools) + ends
            if name not in self._used:
                break
        else:
            first = name.removesuffix(ends)
            # 柳巷, 柳二巷 … 柳九十九巷, then two numbers: a city of a thousand communities has many lanes.
            numbers = (_chinese(k) if k < 100 else _chinese(k // 98) + _chinese(k % 98 + 2) for k in count(2))
            name = next(n for n in (f"{first}{word}{ends}" for word in numbers) if n not in self._used)
        self._used.add(name)
        return name

    def street_office(self):
        return self._draw(words("fair"), ends="街道")

    def town(self, ends):
        return self._draw(words("rural") if self._rng.random() < 0.6 else words("fair"), ends=ends)

    def urban_community(self):
        if self._rng.random() < 0.35:
            return self._draw(words("fair"), ends="社区")
        return self._draw(words("fair"), words("tail"), ends="社区")

    def village(self):
        if self._rng.random() < 0.6:
            return self._draw(words("village_surnames"), words("village_ground"), ends="村")
        return self._draw(words("rural"), ends="村")

    def road(self, ends):
        return self._draw(words("road"), ends=ends)

    def lane(self):
        return self._draw(words("lane") if self._rng.random() < 0.7 else words("fair"), ends="巷")

    def bridge(self):
        return self._draw(words("fair")[30:60], ends="大桥")

    def park(self):
        return self._draw(words("fair"), ends="公园")

    def compound(self, style):
        if style == "old" and self._rng.random() < 0.5:
            return self._draw(words("estate_old"))
        return self._draw(words("estate_head"), words(f"estate_tail_{style}"))

    def hamlet(self):
        return self._draw(words("village_surnames"), words("hamlet_tail"))


def _chinese(number):
    """2 → 二, 12 → 十二, 25 → 二十五."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, digits[tens] + "十")
    return head + (digits[ones] if ones else "")


class StreetNames:
    """Names main streets once for each line of each plan, so that a street keeps its name."""

    def __init__(self, rng, places):
        self._rng, self._places, self._known = rng, places, {}

    def __call__(self, axis, plan, line, kind):
        if axis == "bridge":
            return self._places.bridge()
        key = (axis, plan, line)
        if key not in self._known:
            ends = {
                "row": "大道" if kind == "primary" else "路",
                "column": "街" if kind == "tertiary" else "路",
            }[axis]
            self._known[key] = self._places.road(ends)
        return self._known[key]
