"""Pictures of the demonstration city's facilities, put up as whoever keeps the register does."""

from datetime import datetime, time, timedelta

from linli.files.actions import store
from linli.files.demo_pictures import picture
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.people.models import User

from .actions.furnishing import PHOTO, add_photo
from .models import Facility

SHOWN = (  # kind, how many of it, what is seen, how it is called
    ("integrated", 6, (("hall", "一楼办事大厅"), ("reading", "二楼阅览室"))),
    ("canteen", 5, (("canteen", "午间用餐"),)),
)


@demo_step("facility-photos", "设施照片", after=("facilities",), behind=True)
def photograph(world: DemoWorld) -> None:
    """The first centres and canteens in use."""
    registrar = User.objects.get(username="facility-register")
    day = datetime.combine(world.last_day - timedelta(days=20), time(10), tzinfo=CHINA)
    with clock.at(day):
        for kind, most, scenes in SHOWN:
            found = Facility.objects.in_use().filter(kind__code=kind).order_by("code")
            for number, facility in enumerate(found[:most]):
                for scene, caption in scenes:
                    file = store(picture(scene, caption, seed=number), by=registrar, purpose=PHOTO)
                    add_photo(facility, by=registrar, file=file, caption=caption)
