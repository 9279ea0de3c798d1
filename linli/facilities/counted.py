"""What single facilities count as in the plans: kinds (and marks) of the pack carry these tags."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counted:
    """A plain count of facilities in use: the measure's name, title and unit as in packs/measures.

    `level` is whose number it is; `served` counts a facility for the communities it serves too.
    """

    measure: str
    title: str
    unit: str
    scope: str = "all"
    level: str = "community"
    served: bool = False


COUNTED = {
    "integrated": Counted("facilities.integrated", "综合服务设施数", "个"),
    "day-care": Counted("facilities.day_care", "日间照料中心和养老服务站数", "个", served=True),
    "mutual-home": Counted("facilities.mutual_homes", "农村互助幸福院数", "个", "rural"),
    "children-home": Counted("facilities.children_homes", "儿童之家数", "个"),
    "culture-centre": Counted("facilities.culture_centres", "综合性文化服务中心数", "个"),
    "meal-site": Counted("facilities.meal_sites", "老年助餐点数", "个", served=True),
    "self-service": Counted("facilities.self_service", "自助服务终端数", "台"),
    "self-service-area": Counted("facilities.self_service_areas", "自助服务区数", "个"),
    "agency-desk": Counted("facilities.agency_desks", "政务代办窗口数", "个"),
    "standard-square": Counted("facilities.standard_squares", "达标文体活动广场数", "个"),
    "transport-stop": Counted("facilities.transport_stops", "公共交通站点数", "个"),
    "brand-store": Counted("facilities.brand_stores", "品牌便利店数", "个"),
    "vegetable-shop": Counted("facilities.vegetable_shops", "便民蔬菜店数", "个"),
    "fitness-ground": Counted("facilities.fitness_grounds", "全民健身场地数", "个"),
    "leisure-place": Counted("facilities.leisure_places", "休闲场所数", "处"),
    "reading-room": Counted("facilities.reading_rooms", "社区书屋数", "个"),
    "kindergarten": Counted("facilities.kindergartens", "幼儿园数", "所"),
    "medical-point": Counted("facilities.medical_points", "社区就医点数", "个"),
    "home-care-station": Counted("facilities.home_care_stations", "居家养老服务站数", "个"),
    "government-station": Counted("facilities.government_stations", "政务便民服务站数", "个"),
    "breakfast-point": Counted("facilities.breakfast_points", "放心早餐网点数", "个"),
    "local-restaurant": Counted("facilities.local_restaurants", "特色餐馆数", "家"),
    "utility-point": Counted("facilities.utility_points", "公用事业服务点数", "个"),
    "delivery-point": Counted("facilities.delivery_points", "物流配送服务点数", "个"),
    "recycling-point": Counted("facilities.recycling_points", "资源回收服务点数", "个"),
    "elder-centre": Counted("facilities.elder_centres", "综合为老服务中心数", "个", level="street"),
    "elder-point": Counted("facilities.elder_stations", "家门口养老服务站点数", "个", level="street"),
    "minor-protection": Counted("facilities.minor_protection", "未成年保护站数", "个", level="street"),
    "childcare": Counted("facilities.childcare_providers", "婴幼儿照护服务机构数", "家", level="street"),
    "affairs-centre-5a": Counted("facilities.affairs_centres_5a", "五A级受理中心数", "个", level="street"),
    "remote-window": Counted("facilities.remote_windows", "远程虚拟窗口数", "个", level="street"),
    "meal-service": Counted("eldercare.meal_services", "助餐服务数", "个", served=True),
    "day-service": Counted("eldercare.day_services", "日间照料服务数", "个", served=True),
    "care-consortium": Counted("facilities.care_consortia", "康养联合体数", "个", level="county"),
}
# Tags that no count of their own reads: what the areas, shares and combined counts are made of.
PARTS = frozenset({"outdoor-ground", "commerce", "volunteer-station"})
TAGS = frozenset(COUNTED) | PARTS
