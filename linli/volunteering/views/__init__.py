"""Pages: for everybody, for the volunteer himself, for coordinators and banks."""
