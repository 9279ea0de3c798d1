"""What two domains do together in the demonstration city."""

from .pairs.demo import make_pairs, make_recent_pairs

__all__ = ["make_pairs", "make_recent_pairs"]
