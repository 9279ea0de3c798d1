"""What is done about people's data at night, and when a key was changed."""

from linli import jobs
from linli.kernel import clock

from .privacy.reindexing import rotate_index_keys
from .privacy.retaining import purge_due
from .privacy.rotating import rotate_field_keys


@jobs.periodic("30 3 * * *", "people.purge", one_transaction=False, limit_min=240)
def purge() -> None:
    """Each person and each batch is a transaction of its own; killed halfway, the next night goes on."""
    purge_due(clock.today())


@jobs.job("people.rotate-keys", one_transaction=False, limit_min=600)
def rotate_keys() -> None:
    rotate_field_keys()


@jobs.job("people.rotate-index-keys", one_transaction=False, limit_min=600)
def rotate_index() -> None:
    rotate_index_keys()
