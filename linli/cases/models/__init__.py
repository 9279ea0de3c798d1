"""What every kind of case shares."""

from .around import Attachment, AttachmentQuerySet, CaseLink, Follow, NumberSeries
from .cases import ON_TIME, Case, CaseEvent, CaseQuerySet
from .judged import Ask, Rating, RatingQuerySet

__all__ = [
    "ON_TIME", "Ask", "Attachment", "AttachmentQuerySet", "Case", "CaseEvent", "CaseLink", "CaseQuerySet",
    "Follow", "NumberSeries", "Rating", "RatingQuerySet",
]  # fmt: skip
