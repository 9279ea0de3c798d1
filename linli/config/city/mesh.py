"""The ruled plan of a town: superblocks between main streets, and which community stands on which of them."""

from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np

from linli.config.city.streets import Line


@dataclass(eq=False)
class Home:
    """An urban community while it is laid out: its superblocks (i, j) of one mesh."""

    mesh: "Mesh"
    blocks: list  # built on
    parks: list = field(default_factory=list)
    strips: list = field(default_factory=list)  # half of the river and its bank
    remoteness: float = 0.0  # 0 in the middle of the town, 1 at its edge

    @property
    def cells(self):
        return [*self.blocks, *self.parks, *self.strips]

    @property
    def centre(self):
        """Plan coordinates of the middle of the built blocks."""
        rects = np.array([self.mesh.rect(cell) for cell in self.blocks])
        return (rects[:, :2] + rects[:, 2:]).mean(axis=0) / 2


@dataclass(eq=False)
class Mesh:
    """Lines at `us` and `vs` metres of a plan; `river` is the row line that is the river's centre, if any."""

    plan: int
    us: np.ndarray
    vs: np.ndarray
    river: int | None
    homes: list = field(default_factory=list)
    sides: dict = field(default_factory=dict)  # ("u" or "v", line, segment) → Line

    def rect(self, cell):
        """(u0, v0, u1, v1) of a superblock."""
        i, j = cell
        return self.us[i], self.vs[j], self.us[i + 1], self.vs[j + 1]

    def is_strip(self, cell):
        return self.river is not None and cell[1] in (self.river - 1, self.river)

    def neighbours(self, cell):
        i, j = cell
        around = [(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)]
        return [
            (a, b)
            for a, b in around
            if 0 <= a < len(self.us) - 1 and 0 <= b < len(self.vs) - 1 and not self.is_strip((a, b))
        ]


def lines_at(rng, count, *, near, far, start=0.0):
    """Positions of `count` + 1 street lines from `start` outwards, close at first and wider apart later."""
    widths = near + (far - near) * np.minimum(1, np.arange(count) / max(3, count * 0.5))
    return start + np.concatenate([[0], np.cumsum(widths * rng.uniform(0.86, 1.14, count))])


def river_mesh(rng, size, plan):
    """The mesh of the main city, both banks."""
    most = max(size.north, size.south) * 1.35 + 3
    columns, rows = int(np.ceil((most * 2.3) ** 0.5)) + 1, int(np.ceil((most / 2.3) ** 0.5)) + 1
    half = lines_at(rng, (columns + 1) // 2, near=245, far=375)
    other = lines_at(rng, columns // 2, near=245, far=375)
    bank = size.half_river + 72
    north = lines_at(rng, rows, near=255, far=345, start=bank)
    south = lines_at(rng, rows, near=275, far=350, start=bank)
    vs = np.concatenate([-south[::-1], [0], north])
    return Mesh(plan, np.round(np.concatenate([-other[:0:-1], half]), 2), np.round(vs, 2), river=len(south))


def town_mesh(rng, communities, plan):
    """The mesh of a county seat around the plan's origin."""
    most = communities * 1.4 + 2
    columns, rows = int(np.ceil((most * 1.5) ** 0.5)), int(np.ceil((most / 1.5) ** 0.5)) + 1
    us, vs = (lines_at(rng, n, near=270, far=330) for n in (columns, rows))
    return Mesh(plan, np.round(us - us[len(us) // 2], 2), np.round(vs - vs[len(vs) // 2], 2), river=None)


def settle(rng, mesh, rows, communities):
    """Choose superblocks among `rows` for so many communities: a town that grew outwards from its middle."""
    parks, pairs = max(1, round(communities * 0.11)), round(communities * 0.12)
    chosen = _grow(rng, mesh, rows, communities + parks + pairs)
    far = max(chosen.values())
    order = sorted(chosen, key=chosen.get)
    park_cells = _choose_parks(rng, mesh, order, parks)
    owner, homes = {}, []
    for cell in order:
        if cell in owner or cell in park_cells:
            continue
        home = Home(mesh, [cell], remoteness=chosen[cell] / far)
        partner = next(
            (n for n in mesh.neighbours(cell) if n in chosen and n not in owner and n not in park_cells), None
        )
        if pairs and partner and partner[1] == cell[1]:
            home.blocks.append(partner)
            pairs -= 1
        owner |= dict.fromkeys(home.blocks, home)
        homes.append(home)
    for cell in park_cells:
        near = [owner[n] for n in mesh.neighbours(cell) if n in owner]
        near[rng.integers(len(near))].parks.append(cell)
    _merge_surplus(mesh, homes, owner, communities)
    _take_strips(mesh, homes)
    mesh.homes += homes
    return homes


def _grow(rng, mesh, rows, count):
    """Superblocks by their distance from the middle, each beside one chosen before it."""
    mid = min(abs(mesh.vs[rows[0]]), abs(mesh.vs[rows[0] + 1])) if mesh.river is not None else 0.0
    rough = rng.uniform(0.85, 1.2, (len(mesh.us), len(mesh.vs)))

    def distance(cell):
        u0, v0, u1, v1 = mesh.rect(cell)
        across = abs(v0 + v1) / 2 - mid
        return float(np.hypot((u0 + u1) / 2, across * 1.25) * rough[cell] + 1)

    start = min(((i, j) for i in range(len(mesh.us) - 1) for j in rows), key=distance)
    heap, seen, chosen = [(distance(start), start)], {start}, {}
    while len(chosen) < count:
        far, cell = heappop(heap)
        chosen[cell] = far
        for n in mesh.neighbours(cell):
            if n not in seen and n[1] in rows:
                seen.add(n)
                heappush(heap, (distance(n), n))
    return chosen


def _choose_parks(rng, mesh, order, count):
    """Some blocks of the outer two thirds, no two of them side by side and none without a built neighbour."""
    parks = []
    for k in rng.permutation(np.arange(len(order) // 3, len(order))):
        cell = order[int(k)]
        around = [n for n in mesh.neighbours(cell) if n in order]
        if len(around) >= 2 and not any(n in parks for n in around):
            parks.append(cell)
        if len(parks) == count:
            break
    return parks


def _merge_surplus(mesh, homes, owner, communities):
    """Join the outermost single blocks to a neighbour until there are exactly so many communities."""
    for home in sorted(homes, key=lambda h: -h.remoteness):
        if len(homes) <= communities:
            return
        if len(home.blocks) > 1 or home.parks:
            continue
        near = [owner[n] for n in mesh.neighbours(home.blocks[0]) if n in owner and owner[n] is not home]
        target = min(near, key=lambda h: (len(h.blocks), h.remoteness), default=None)
        if target:
            target.blocks += home.blocks
            owner[home.blocks[0]] = target
            homes.remove(home)


def _take_strips(mesh, homes):
    """The half of the river before a community's first row belongs to it."""
    if mesh.river is None:
        return
    for home in homes:
        for i, j in [*home.blocks, *home.parks]:
            for strip, first in ((mesh.river, mesh.river + 1), (mesh.river - 1, mesh.river - 2)):
                if j == first:
                    home.strips.append((i, strip))


def split_evenly(points, parts):
    """Numbers 0 … parts - 1 for points (n, 2): compact groups of nearly equal size."""
    labels = np.zeros(len(points), dtype=int)
    if parts <= 1:
        return labels
    left = parts // 2
    axis = int(np.ptp(points[:, 1]) > np.ptp(points[:, 0]))
    order = np.argsort(points[:, axis], kind="stable")
    cut = round(len(points) * left / parts)
    labels[order[:cut]] = split_evenly(points[order[:cut]], left)
    labels[order[cut:]] = left + split_evenly(points[order[cut:]], parts - left)
    return labels


def street_lines(mesh, name_of):
    """The main streets of a mesh with its bridges, kept in `mesh.sides` for the blocks beside them."""
    built = {cell for home in mesh.homes for cell in [*home.blocks, *home.parks]}
    bridges = _bridge_columns(mesh, built)
    lines = []
    for j in range(len(mesh.vs)):
        runs = _runs([i for i in range(len(mesh.us) - 1) if {(i, j - 1), (i, j)} & built])
        kind = _row_kind(mesh, j)
        for first, last in runs:
            name = _bank_name(mesh, j) or name_of("row", mesh.plan, j, kind)
            line = Line(mesh.plan, 0, mesh.vs[j], mesh.us[first], mesh.us[last + 1], kind, name)
            line.stops |= {round(float(u), 2) for u in mesh.us[first : last + 2]}
            mesh.sides |= {("v", j, i): line for i in range(first, last + 1)}
            lines.append(line)
    for i in range(len(mesh.us)):
        runs = _runs([j for j in range(len(mesh.vs) - 1) if {(i - 1, j), (i, j)} & built])
        kind = "secondary" if i in bridges or i % 3 == 0 else "tertiary"
        for first, last in runs:
            name = name_of("column", mesh.plan, i, kind)
            line = Line(mesh.plan, 1, mesh.us[i], mesh.vs[first], mesh.vs[last + 1], kind, name)
            line.stops |= {round(float(v), 2) for v in mesh.vs[first : last + 2]}
            mesh.sides |= {("u", i, j): line for j in range(first, last + 1)}
            lines.append(line)
    for i in bridges:
        r = mesh.river
        name = name_of("bridge", mesh.plan, i, "secondary")
        lines.append(
            Line(mesh.plan, 1, mesh.us[i], mesh.vs[r - 1], mesh.vs[r + 1], "secondary", name, bridge=True)
        )
    return lines


def _bank_name(mesh, j):
    if mesh.river is None or abs(j - mesh.river) != 1:
        return None
    return "滨江北路" if j > mesh.river else "滨江南路"


def _row_kind(mesh, j):
    if mesh.river is None:
        return "secondary" if j % 2 == len(mesh.vs) // 2 % 2 else "tertiary"
    rank = abs(j - mesh.river)
    return {1: "secondary", 2: "primary"}.get(rank, "secondary" if rank % 3 == 0 else "tertiary")


def _bridge_columns(mesh, built):
    """Every third street or so goes over the river where there is town on both banks."""
    if mesh.river is None:
        return []
    r = mesh.river

    def bank(i, j):
        return (i - 1, j) in built and (i, j) in built

    columns = [i for i in range(len(mesh.us)) if bank(i, r + 1) and bank(i, r - 2)]
    return columns[len(columns) % 3 // 2 :: 3] if len(columns) > 3 else columns[:1]


def _runs(numbers):
    """[(first, last)] of the runs of consecutive numbers."""
    runs = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    return runs
