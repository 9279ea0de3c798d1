"""Where a fact is put right: the app that owns it says how, by the code of the register's entry.

    owners["import-units"] = correct_unit      # in the app that keeps the units

`correct(subject, field, proposed, *, by)` changes the fact in the caller's transaction through the app's own
rules; ValidationError says why it cannot. An entry without an owner here belongs to a partner: reports about it are
passed on in a list.
"""

from collections.abc import Callable

from linli.kernel.registry import Registry

Correct = Callable[..., None]

owners: Registry[Correct] = Registry("owner of a fact")
