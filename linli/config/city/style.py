"""The MapLibre style of the base map, light and dark, in the design tokens' colours.

It names no glyph server on purpose: MapLibre 6 draws every character, Latin and figures too, from fonts of
the reader's own machine when a style has no `glyphs` (older versions drew only Chinese that way).
"""

FONTS = [
    "PingFang SC",
    "HarmonyOS Sans SC",
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "sans-serif",
]

LIGHT = {
    "ground": "#F4F1EA", "farmland": "#F0EDDD", "wood": "#E1E9D8", "hill": "#D6E1CB", "park": "#D3E7CC",
    "riverside": "#E0ECD8", "garden": "#DFECD8", "water": "#C4DEE8", "site": "#EFE9DF", "house": "#E2D9CB",
    "house_public": "#E6C9A9", "house_school": "#D9CFE2", "house_line": "#CFC3B0", "road": "#FFFFFF",
    "road_main": "#FBEFD0", "casing": "#D8CFBF", "path": "#D6C9B2", "border": "#A08A94", "ink": "#1E2926",
    "ink2": "#50605A", "ink_water": "#2F6780", "ink_green": "#2A6238", "halo": "#FFFFFF",
}  # fmt: skip
DARK = {
    "ground": "#1A201D", "farmland": "#1E241D", "wood": "#1D2B21", "hill": "#213126", "park": "#1F3526",
    "riverside": "#1D2C22", "garden": "#203025", "water": "#16313D", "site": "#20262A", "house": "#2E3633",
    "house_public": "#4A3A28", "house_school": "#3A3448", "house_line": "#3C4541", "road": "#3A4340",
    "road_main": "#51492F", "casing": "#141816", "path": "#3B4038", "border": "#7E6C75", "ink": "#EEF2EF",
    "ink2": "#A9B6B0", "ink_water": "#8CC3DA", "ink_green": "#8FCB9A", "halo": "#151917",
}  # fmt: skip


def style(colours, *, tiles):
    """A complete style over the PMTiles file at the address `tiles`."""
    source = {"type": "vector", "url": f"pmtiles://{tiles}"}
    layers = [
        {"id": "ground", "type": "background", "paint": {"background-color": colours["ground"]}},
        *_areas(colours),
        *_roads(colours),
        _line("houses-line", "buildings", colours["house_line"], 0.6, minzoom=15),
        _borders(colours),
        *_labels(colours),
    ]
    return {"version": 8, "name": "linli", "sources": {"tiles": source}, "layers": layers}


def _layer(name, source, kind, paint, **more):
    return {"id": name, "type": kind, "source": "tiles", "source-layer": source, "paint": paint, **more}


def _line(name, source, colour, width, **more):
    return _layer(name, source, "line", {"line-color": colour, "line-width": width}, **more)


def _by(key, choices, otherwise):
    return ["match", ["get", key], *(part for pair in choices.items() for part in pair), otherwise]


def _areas(c):
    green = {kind: c[kind] for kind in ("wood", "hill", "park", "riverside", "garden")}
    house = {"public": c["house_public"], "commercial": c["house_public"], "education": c["house_school"]}
    flat = ["match", ["get", "kind"], ["garden"], False, True]
    return [
        _layer("green", "green", "fill", {"fill-color": _by("kind", green, c["farmland"])}, filter=flat),
        _layer("water", "water", "fill", {"fill-color": c["water"]}),
        _layer("sites", "sites", "fill", {"fill-color": c["site"]}),
        _layer(
            "gardens", "green", "fill", {"fill-color": c["garden"]}, filter=["==", ["get", "kind"], "garden"]
        ),
        _layer("houses", "buildings", "fill", {"fill-color": _by("use", house, c["house"])}),
    ]


def _grow(at_10, at_16):
    return ["interpolate", ["exponential", 1.6], ["zoom"], 10, at_10, 16, at_16]


def _width(extra):
    """Road widths in pixels by kind, plus `extra` on both sides."""
    at = {"primary": (1.6, 17), "secondary": (1.2, 13), "tertiary": (0.7, 9), "unclassified": (0.6, 6),
          "residential": (0.3, 6)}  # fmt: skip
    low = _by("kind", {kind: w[0] + extra * 0.4 for kind, w in at.items()}, 0.2)
    high = _by("kind", {kind: w[1] + extra for kind, w in at.items()}, 2.4)
    return _grow(low, high)


def _roads(c):
    on_foot = ["match", ["get", "kind"], ["footway", "track"], True, False]
    driven = ["match", ["get", "kind"], ["footway", "track"], False, True]
    grand = ["match", ["get", "kind"], ["primary", "secondary", "tertiary", "unclassified"], True, False]
    round_ends = {"line-cap": "round", "line-join": "round"}
    main = _by("kind", {"primary": c["road_main"]}, c["road"])
    return [
        _line("paths", "roads", c["path"], 1.2, filter=on_foot),
        _line("casing", "roads", c["casing"], _width(2.2), filter=grand, layout=round_ends),
        _line("roads", "roads", main, _width(0), filter=driven, layout=round_ends),
    ]


def _borders(c):
    width = _by("level", {"city": 2.2, "county": 2.0, "street": 1.4}, 0.9)
    paint = {"line-color": c["border"], "line-width": width, "line-dasharray": [4, 2], "line-opacity": 0.8}
    return _layer("borders", "boundaries", "line", paint)


def _label(name, source, size, colours, **more):
    ink, halo = colours
    text = {"text-field": ["get", "name"], "text-font": FONTS, "text-size": size, "text-max-width": 8}
    layout = {**text, **more.pop("layout", {})}
    paint = {"text-color": ink, "text-halo-color": halo, "text-halo-width": 1.4}
    return _layer(name, source, "symbol", paint, layout=layout, **more)


_NAMED = ["!=", ["get", "name"], ""]


def _labels(c):
    along = {"symbol-placement": "line", "text-letter-spacing": 0.15, "symbol-spacing": 420}

    def of(*levels):
        return ["match", ["get", "level"], list(levels), True, False]

    return [
        _label(
            "road-names",
            "roads",
            11,
            (c["ink2"], c["halo"]),
            layout=along,
            minzoom=13,
            filter=["has", "name"],
        ),
        _label(
            "water-names",
            "water",
            13,
            (c["ink_water"], c["halo"]),
            minzoom=10,
            filter=["!=", ["get", "name"], ""],
        ),
        _label("hamlets", "places", 11, (c["ink2"], c["halo"]), minzoom=13, filter=of("hamlet")),
        _label("compounds", "places", 11, (c["ink2"], c["halo"]), minzoom=15, filter=of("compound")),
        _label("parks", "places", 12, (c["ink_green"], c["halo"]), minzoom=13, filter=of("park")),
        _label("communities", "places", 12.5, (c["ink"], c["halo"]), minzoom=13, filter=of("community")),
        _label("villages", "places", 12, (c["ink2"], c["halo"]), minzoom=11, filter=of("village")),
        _label("streets", "places", 14, (c["ink"], c["halo"]), minzoom=11, maxzoom=14, filter=of("street")),
        _label("counties", "places", 16, (c["ink"], c["halo"]), maxzoom=13, filter=of("county")),
    ]
