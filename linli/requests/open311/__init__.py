"""Open311 GeoReport v2 for clients of other makers: the public side of requests, and filing with a key."""
