"""What is kept of those who work for communities."""

from .advising import Consultation, LegalActivity
from .duties import Assignment, CareMeasure, LeadershipTerm, Mentoring, MentoringTalk, Reserve
from .hiring import Candidate, CommitteeTerm
from .learning import Certificate, Course, Enrolment, StudySupport, TrainingStandard
from .staff import Establishment, GradeRecord, RecruitmentRound, Vacancy, Worker
from .studying import CaseStudy, CertificateAllowance, Examination, Teacher

__all__ = [
    "Assignment",
    "Candidate",
    "CareMeasure",
    "CaseStudy",
    "Certificate",
    "CertificateAllowance",
    "CommitteeTerm",
    "Consultation",
    "Course",
    "Enrolment",
    "Establishment",
    "Examination",
    "GradeRecord",
    "LeadershipTerm",
    "LegalActivity",
    "Mentoring",
    "MentoringTalk",
    "RecruitmentRound",
    "Reserve",
    "StudySupport",
    "Teacher",
    "TrainingStandard",
    "Vacancy",
    "Worker",
]
