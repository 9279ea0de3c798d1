"""What is kept of those who work for communities."""

from .advising import Consultation, LegalActivity
from .duties import Assignment, CareMeasure, LeadershipTerm, Mentoring, MentoringTalk, Reserve
from .learning import Certificate, Course, Enrolment, StudySupport, TrainingStandard
from .staff import Establishment, GradeRecord, RecruitmentRound, Vacancy, Worker

__all__ = [
    "Assignment",
    "CareMeasure",
    "Certificate",
    "Consultation",
    "Course",
    "Enrolment",
    "Establishment",
    "GradeRecord",
    "LeadershipTerm",
    "LegalActivity",
    "Mentoring",
    "MentoringTalk",
    "RecruitmentRound",
    "Reserve",
    "StudySupport",
    "TrainingStandard",
    "Vacancy",
    "Worker",
]
