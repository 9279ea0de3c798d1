"""What every app's api.py uses: doors, problems, pages, conditional changes, answers given once.

An operation reads `@router.get("/places", response=Paged[PlaceOut], auth=public("places:read"))`; the
routers are assembled in linli.config.api.
"""
