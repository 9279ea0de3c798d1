"""The registers of the workforce: personnel matters apart from the professionals a community is given."""

from django.utils.translation import gettext_lazy as _

from linli.registers.declaring import Register, declare_register
from linli.registers.tables import declare_table

from .. import models
from ..rules import DUTIES_EDIT, DUTIES_VIEW, EDIT, VIEW

STAFF, DUTIES = _("队伍（人事）"), _("专业配备")
SPELLINGS = {
    "place": ("社区代码", "区划代码", "所在社区代码"),
    "worker": ("工号",),
    "number": ("人员编号",),
}
HR = {"group": STAFF, "view": VIEW, "edit": EDIT, "spellings": SPELLINGS}
OF_WORKER = HR | {"path": "worker__place", "searched": ("worker__name", "worker__number")}

WORKERS = declare_register(
    Register(
        name="workers",
        title=_("社区工作者"),
        model=models.Worker,
        fields=(
            "place", "number", "name", "phone", "birth_on", "kind", "track", "duty", "degree", "major",
            "started_on", "left_on",
        ),
        key=("number",),
        lookup=("number", "name"),
        alike=("person",),
        listed=("number", "kind", "track", "started_on"),
        filters=("kind", "track", "degree"),
        searched=("name", "number", "duty"),
        order=("number", "pk"),
        **HR,
    )
)  # fmt: skip
ESTABLISHMENTS = declare_register(
    Register(
        name="establishments",
        title=_("员额"),
        model=models.Establishment,
        fields=("place", "number", "since", "until", "basis"),
        key=("place", "since"),
        listed=("number", "since"),
        **HR | {"spellings": {"place": SPELLINGS["place"]}},
    )
)
ROUNDS = declare_register(
    Register(
        name="recruitment-rounds",
        title=_("招聘批次"),
        model=models.RecruitmentRound,
        fields=(
            "place", "title", "state", "notice_on", "appointed_on", "applicant_count", "appointed_count",
            "priority", "social_work_count",
        ),
        key=("place", "title"),
        lookup=("title",),
        listed=("state", "notice_on", "appointed_count"),
        filters=("state",),
        searched=("title",),
        levels=("street", "county", "city"),
        **HR,
    )
)  # fmt: skip
VACANCIES = declare_register(
    Register(
        name="vacancies",
        title=_("岗位空缺"),
        model=models.Vacancy,
        fields=("place", "track", "count", "since", "filled_on", "round"),
        key=("place", "track", "since"),
        listed=("since", "round"),
        filters=("track",),
        **HR,
    )
)
GRADES = declare_register(
    Register(
        name="grades",
        title=_("岗位等级"),
        model=models.GradeRecord,
        fields=("worker", "track", "grade", "since", "state", "basis"),
        key=("worker", "since"),
        listed=("state", "since"),
        filters=("state", "track"),
        **OF_WORKER,
    )
)
CERTIFICATES = declare_register(
    Register(
        name="certificates",
        title=_("职业证书"),
        model=models.Certificate,
        fields=("worker", "level", "number", "issued_on", "valid_until"),
        due="valid_until",
        key=("worker", "level", "issued_on"),
        listed=("issued_on", "valid_until"),
        filters=("level",),
        **OF_WORKER | {"spellings": {"worker": ("工号",)}},
    )
)
COURSES = declare_register(
    Register(
        name="courses",
        title=_("培训课程"),
        model=models.Course,
        fields=(
            "place", "title", "kind", "hours", "begins_on", "ends_on", "mode", "organiser", "standard", "track",
            "teacher", "pass_mark",
        ),
        key=("place", "title", "begins_on"),
        lookup=("title",),
        listed=("kind", "hours", "begins_on"),
        filters=("kind", "mode", "track"),
        searched=("title", "organiser"),
        levels=("community", "street", "county", "city"),
        below=True,
        order=("-begins_on", "pk"),
        **HR,
    )
)  # fmt: skip
ENROLMENTS = declare_register(
    Register(
        name="enrolments",
        title=_("培训记录"),
        model=models.Enrolment,
        fields=("course", "worker", "state", "hours", "score"),
        key=("course", "worker"),
        listed=("state", "hours", "score"),
        filters=("state",),
        **OF_WORKER,
    )
)
MENTORINGS = declare_register(
    Register(
        name="mentorings",
        title=_("导师带教"),
        model=models.Mentoring,
        fields=("worker", "mentor", "since", "until"),
        key=("worker", "mentor", "since"),
        listed=("since", "until"),
        **OF_WORKER,
    )
)
TERMS = declare_register(
    Register(
        name="leadership-terms",
        title=_("任职记录"),
        model=models.LeadershipTerm,
        fields=("worker", "office", "since", "until", "terms_served"),
        key=("worker", "office", "since"),
        listed=("since", "until"),
        filters=("office",),
        **OF_WORKER,
    )
)
CARE_MEASURES = declare_register(
    Register(
        name="care-measures",
        title=_("激励关怀措施"),
        model=models.CareMeasure,
        fields=("place", "title", "done_on", "evidence"),
        key=("place", "title"),
        listed=("done_on",),
        searched=("title",),
        levels=("county",),
        below=True,
        **HR,
    )
)
ASSIGNMENTS = declare_register(
    Register(
        name="assignments",
        title=_("专业配备"),
        group=DUTIES,
        model=models.Assignment,
        fields=(
            "place", "kind", "name", "phone", "unit_name", "team", "full_time", "trained_on", "duty_hours",
            "since", "until",
        ),
        key=("place", "kind", "name", "since"),
        lookup=("name",),
        alike=("person",),
        listed=("unit_name", "team", "duty_hours", "since"),
        filters=("kind", "full_time"),
        searched=("name", "unit_name", "team"),
        view=DUTIES_VIEW,
        edit=DUTIES_EDIT,
        spellings={"place": SPELLINGS["place"]},
    )
)  # fmt: skip
TALKS = declare_register(
    Register(
        name="mentoring-talks",
        title=_("带教记录"),
        model=models.MentoringTalk,
        fields=("worker", "mentor", "held_on", "subject", "hours"),
        key=("worker", "mentor", "held_on"),
        listed=("mentor", "held_on", "hours"),
        order=("-held_on", "pk"),
        **HR | {"path": "worker__place", "searched": ("worker__name", "mentor__name", "subject")}
        | {"spellings": {"worker": ("工号",), "mentor": ("导师工号",)}},
    )
)  # fmt: skip
SUPPORTS = declare_register(
    Register(
        name="study-supports",
        title=_("考证支持"),
        model=models.StudySupport,
        fields=("worker", "level", "kind", "given_on", "amount_yuan", "days"),
        key=("worker", "level", "kind", "given_on"),
        listed=("level", "kind", "given_on"),
        filters=("level", "kind"),
        order=("-given_on", "pk"),
        **OF_WORKER,
    )
)
RESERVES = declare_register(
    Register(
        name="reserves",
        title=_("书记后备人才"),
        model=models.Reserve,
        fields=("place", "name", "source", "since", "mentor", "trained_on", "until", "outcome"),
        key=("place", "name", "since"),
        alike=("person",),
        listed=("source", "since", "trained_on", "until"),
        filters=("source",),
        searched=("name",),
        **HR | {"spellings": {"place": SPELLINGS["place"], "mentor": ("培养联系人工号",)}},
    )
)

STANDARDS = declare_register(
    Register(
        name="training-standards",
        title=_("职业培训标准"),
        model=models.TrainingStandard,
        fields=("place", "title", "edition", "track", "hours", "since", "until", "source"),
        key=("place", "title", "edition", "track"),
        lookup=("title",),
        listed=("track", "hours", "since", "until"),
        filters=("track",),
        searched=("title", "source"),
        levels=("county", "city"),
        below=True,
        order=("-since", "pk"),
        due="until",
        **HR | {"spellings": {"place": SPELLINGS["place"]}},
    )
)
CONSULTATIONS = declare_register(
    Register(
        name="consultations",
        title=_("顾问咨询记录"),
        group=DUTIES,
        model=models.Consultation,
        fields=(
            "adviser", "number", "asked_on", "way", "subject", "referred_to", "follow_up_on", "followed_up_on",
            "outcome",
        ),
        key=("adviser", "number"),
        listed=("asked_on", "referred_to", "follow_up_on", "followed_up_on"),
        filters=("way",),
        searched=("number", "subject", "referred_to"),
        view=DUTIES_VIEW,
        edit=DUTIES_EDIT,
        path="adviser__place",
        order=("-asked_on", "pk"),
        due="follow_up_on",
        over="followed_up_on",
    )
)  # fmt: skip
LEGAL = declare_register(
    Register(
        name="legal-activities",
        title=_("法律服务和法治活动"),
        group=DUTIES,
        model=models.LegalActivity,
        fields=("place", "service", "form", "title", "held_on", "people_count", "given_by"),
        key=("place", "title", "held_on"),
        listed=("service", "form", "held_on", "people_count"),
        filters=("service", "form"),
        searched=("title", "given_by"),
        view=DUTIES_VIEW,
        edit=DUTIES_EDIT,
        order=("-held_on", "pk"),
        sums=("people_count",),
        spellings={"place": SPELLINGS["place"]},
    )
)

for register in (
    WORKERS, ESTABLISHMENTS, ROUNDS, VACANCIES, GRADES, CERTIFICATES, COURSES, ENROLMENTS, MENTORINGS, TERMS,
    CARE_MEASURES, ASSIGNMENTS, TALKS, SUPPORTS, RESERVES, STANDARDS, CONSULTATIONS, LEGAL,
):  # fmt: skip
    declare_table(register)
