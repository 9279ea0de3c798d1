"""The registers of recruitment to the last step, of learning and its rewards, of elections."""

from django.utils.translation import gettext_lazy as _

from linli.registers.declaring import Register, declare_register
from linli.registers.tables import declare_table

from .. import models
from .staff import HR, OF_WORKER, SPELLINGS

PLACES = ("street", "county", "city")

CANDIDATES = declare_register(
    Register(
        name="candidates",
        title=_("招聘报名人员"),
        model=models.Candidate,
        fields=(
            "round", "number", "name", "phone", "degree", "major", "social_work", "lives_near", "state", "worker",
            "reason",
        ),
        key=("round", "number"),
        listed=("social_work", "lives_near", "degree", "major"),
        filters=("state", "social_work", "lives_near", "degree"),
        order=("-social_work", "-lives_near", "number", "pk"),
        levels=PLACES,
        **HR | {"path": "round__place", "searched": ("number", "name", "round__title")}
        | {"spellings": {"worker": ("工号",), "round": ("批次",), "number": ("准考证",)}},
    )
)  # fmt: skip
COMMITTEE_TERMS = declare_register(
    Register(
        name="committee-terms",
        title=_("换届选举"),
        model=models.CommitteeTerm,
        fields=(
            "place", "body", "number", "elected_on", "member_count", "cross_posts", "reviewed_on",
            "review_passed", "filed_on", "ends_on", "succeeded_on",
        ),
        key=("place", "body", "number"),
        listed=("elected_on", "member_count", "filed_on", "ends_on"),
        filters=("body", "review_passed"),
        order=("-elected_on", "pk"),
        due="ends_on",
        over="succeeded_on",
        **HR | {"spellings": {"place": SPELLINGS["place"]}},
    )
)  # fmt: skip
TEACHERS = declare_register(
    Register(
        name="teachers",
        title=_("培训师资库"),
        model=models.Teacher,
        fields=("place", "name", "unit_name", "field", "phone", "since", "until"),
        key=("place", "name", "unit_name"),
        lookup=("name",),
        alike=("name",),
        listed=("unit_name", "since"),
        searched=("name", "unit_name", "field"),
        below=True,
        levels=PLACES,
        **HR | {"spellings": {"place": SPELLINGS["place"]}},
    )
)
CASE_STUDIES = declare_register(
    Register(
        name="case-studies",
        title=_("培训案例库"),
        model=models.CaseStudy,
        fields=("place", "title", "theme", "written_by", "written_on", "situation", "done", "lesson"),
        key=("place", "title"),
        alike=("title",),
        listed=("theme", "written_by", "written_on"),
        filters=("theme",),
        searched=("title", "situation", "done", "lesson"),
        below=True,
        levels=("community", *PLACES),
        order=("-written_on", "pk"),
        **HR | {"spellings": {"place": SPELLINGS["place"]}},
    )
)
EXAMINATIONS = declare_register(
    Register(
        name="examinations",
        title=_("职业资格考试安排"),
        model=models.Examination,
        fields=("place", "level", "sign_up_from", "sign_up_until", "held_on", "source"),
        key=("place", "level", "held_on"),
        listed=("sign_up_from", "sign_up_until", "held_on"),
        filters=("level",),
        levels=("county", "city"),
        order=("-held_on", "pk"),
        below=True,
        **HR | {"spellings": {"place": SPELLINGS["place"]}},
    )
)
ALLOWANCES = declare_register(
    Register(
        name="certificate-allowances",
        title=_("证书津贴"),
        model=models.CertificateAllowance,
        fields=("certificate", "month_yuan", "since", "until", "state", "basis"),
        key=("certificate", "since"),
        listed=("since", "until"),
        filters=("state",),
        order=("-since", "pk"),
        **OF_WORKER
        | {"path": "certificate__worker__place", "spellings": {}}
        | {"searched": ("certificate__worker__name", "certificate__worker__number")},
    )
)
for register in (CANDIDATES, COMMITTEE_TERMS, TEACHERS, CASE_STUDIES, EXAMINATIONS, ALLOWANCES):
    declare_table(register)
