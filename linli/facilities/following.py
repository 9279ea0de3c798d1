"""Facilities and projects follow when the community they stand in is merged away or split."""

from linli.places.following import followers

from .actions.moving import move_all

followers["facilities"] = move_all
