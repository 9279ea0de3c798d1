"""The statements of the bulk import; `incoming` lives as long as its transaction."""

MAKE = """
    CREATE TEMPORARY TABLE incoming (
        row int NOT NULL, code varchar(24) NOT NULL, name varchar(100) NOT NULL, level varchar(12) NOT NULL,
        above varchar(24), urban_rural varchar(3) NOT NULL, committee varchar(10) NOT NULL,
        bad boolean NOT NULL DEFAULT false, known boolean NOT NULL DEFAULT false
    ) ON COMMIT DROP
"""
COPY = "COPY incoming (row, code, name, level, above, urban_rural, committee) FROM STDIN"
LOOK = "CREATE INDEX ON incoming (code); ANALYZE incoming"
# A table that was empty a moment ago would be read from end to end for each row: the planner must know.
LOOK_AGAIN = "ANALYZE places_place (code)"
DROP = "DROP TABLE incoming, renamed"

PROBLEMS = (
    (
        """
        UPDATE incoming i SET bad = true
        FROM (SELECT code, min(row) AS first FROM incoming GROUP BY code HAVING count(*) > 1) twice
        WHERE i.code = twice.code AND i.row > twice.first RETURNING i.row, twice.first
        """,
        "区划代码",
        "与第 %s 行重复",
    ),
    (
        """
        UPDATE incoming i SET bad = true FROM places_place p
        WHERE p.code = i.code AND p.valid_to IS NOT NULL AND NOT i.bad RETURNING i.row, p.valid_to
        """,
        "区划代码",
        "这个代码已于 %s 停用",
    ),
)
# Run until nothing comes: a row whose parent turned out bad has no parent either.
ORPHANS = """
    UPDATE incoming i SET bad = true
    WHERE NOT i.bad AND i.above IS NOT NULL
      AND NOT EXISTS (SELECT FROM places_place p WHERE p.code = i.above AND p.valid_to IS NULL)
      AND NOT EXISTS (SELECT FROM incoming o WHERE o.code = i.above AND NOT o.bad)
    RETURNING i.row, i.above
"""

# A blank class says nothing about the class; it does not take away what is known.
RENAMED = """
    CREATE TEMPORARY TABLE renamed ON COMMIT DROP AS
    SELECT p.id, i.name, coalesce(nullif(i.urban_rural, ''), p.urban_rural) AS urban_rural
    FROM incoming i JOIN places_place p ON p.code = i.code
    WHERE NOT i.bad AND p.valid_from <= %s
      AND (p.name <> i.name OR (i.urban_rural <> '' AND p.urban_rural <> i.urban_rural))
"""
COUNT = """
    SELECT (SELECT count(*) FROM incoming WHERE NOT bad AND NOT known),
           (SELECT count(*) FROM renamed)
"""
RENAME = (
    # what was so until yesterday ends today; what began today is put right where it stands
    """
    UPDATE places_placeversion v SET during = daterange(lower(v.during), %(on)s)
    FROM renamed r WHERE v.place_id = r.id AND upper_inf(v.during) AND lower(v.during) < %(on)s
    """,
    """
    UPDATE places_placeversion v SET name = r.name, urban_rural = r.urban_rural
    FROM renamed r WHERE v.place_id = r.id AND upper_inf(v.during) AND lower(v.during) >= %(on)s
    """,
    """
    INSERT INTO places_placeversion (place_id, code, name, level, path, urban_rural, during)
    SELECT p.id, p.code, r.name, p.level, p.path, r.urban_rural, daterange(%(on)s, NULL)
    FROM renamed r JOIN places_place p ON p.id = r.id
    WHERE NOT EXISTS (SELECT FROM places_placeversion v WHERE v.place_id = r.id AND upper_inf(v.during))
    """,
    """
    UPDATE places_place p SET name = r.name, urban_rural = r.urban_rural, version = p.version + 1
    FROM renamed r WHERE p.id = r.id
    """,
)

# Known places are asked for once: ADD runs for each level, over a table that has grown meanwhile.
KNOWN = """
    UPDATE incoming i SET known = true FROM places_place p WHERE p.code = i.code
"""
ADDED = ("code", "name", "level", "parent", "path", "urban_rural", "committee", "tags", "address",
         "valid_from", "version")  # fmt: skip
# In the order of codes, for then the indexes grow at one end.
ADD = """
    SELECT i.code, i.name, i.level, p.id, coalesce(p.path, '') || i.code || '/', i.urban_rural, i.committee,
           '[]'::jsonb, '', %s::date, 1
    FROM incoming i LEFT JOIN places_place p ON p.code = i.above
    WHERE i.level = %s AND NOT i.bad AND NOT i.known
    ORDER BY i.code
"""
ADD_VERSIONS = """
    INSERT INTO places_placeversion (place_id, code, name, level, path, urban_rural, during)
    SELECT p.id, p.code, p.name, p.level, p.path, p.urban_rural, daterange(%(on)s, NULL)
    FROM incoming i JOIN places_place p ON p.code = i.code
    WHERE NOT i.bad AND NOT i.known
    ORDER BY p.id
"""
