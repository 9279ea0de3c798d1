"""Files: one door in (`actions.store`), one authorised view out, two-step deletion (I8, I9, K5).

A model that has files points to StoredFile by a foreign key and says who may see its rows with
`objects.visible_to(user)`; that is all a file needs to be served. No other code touches FILES_DIR.
"""
