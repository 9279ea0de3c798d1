"""The side of other people's clients: run in an environment of their own, speaks with the address it is given.

python client.py ADDRESS KEY PICTURE

`georeport` (Apache-2.0) reads in JSON and XML; `three` (MIT, written for Python 2: one name it needs is put back) reads
and files. Prints one line a call and ends with an error when an answer is not what the client is made for.
"""

import itertools
import sys

itertools.ifilter = filter

from georeport import GeoReport
from three.core import Three

SERVICE = "street-lights"
checked = 0


def hold(what: str, holds: bool) -> None:
    global checked
    checked += 1
    print(f"{'ok   ' if holds else 'WRONG'} {what}", flush=True)
    if not holds:
        sys.exit(f"{what}: not as the client expects")


def file_with_three(address: str, key: str, picture: str) -> str:
    """Discovery, services, a request with a picture, its token: the number of the request."""
    city = Three(f"{address}/open311/v2", api_key=key)
    hold("three.discovery", city.discovery()["endpoints"][0]["formats"][1]["format"] == "application/json")
    hold("three.services", SERVICE in {one["service_code"] for one in city.services()})
    hold("three.services(code)", city.services(SERVICE)["service_code"] == SERVICE)
    told = {
        "lat": "30.05",
        "long": "120.05",
        "description": "路灯不亮，晚上太黑",
        "name": "桂英 郑",
        "phone": "13800001111",
    }
    with open(picture, "rb") as media:
        (made,) = city.post(SERVICE, media=media, **told)
    number = made["service_request_id"]
    hold("three.post with a picture", bool(number and made["service_notice"]))
    hold("three.token", city.token(number)[0]["service_request_id"] == number)
    hold("three.request", city.request(number)[0]["status"] == "open")
    hold("three.requests", number in {one["service_request_id"] for one in city.requests(SERVICE, count=50)})
    refused = Three(f"{address}/open311/v2", api_key="nobody").post(SERVICE, **told)
    hold("three.post with a wrong key", refused[0]["code"] == 403 and bool(refused[0]["description"]))
    return number


def read_with_georeport(address: str, number: str) -> None:
    for form in ("json", "xml"):
        city = GeoReport(f"{address}/open311/v2", output_format=form)
        listed = city.get_service_list()
        hold(f"georeport.get_service_list {form}", SERVICE in {one["service_code"] for one in listed})
        hold(
            f"georeport.get_service_definition {form}",
            city.get_service_definition(SERVICE)["service_code"] == SERVICE,
        )
        found = city.get_service_requests(service_code=SERVICE, status="open")
        found = found if isinstance(found, list) else [found]  # xmltodict: one of a kind is no list
        hold(
            f"georeport.get_service_requests {form}", [one["service_request_id"] for one in found] == [number]
        )
        one = city.get_service_request(number)
        hold(
            f"georeport.get_service_request {form}",
            (one["service_request_id"], one["status"]) == (number, "open"),
        )


if __name__ == "__main__":
    where, api_key, drawn = sys.argv[1:]
    read_with_georeport(where, file_with_three(where, api_key, drawn))
    print(f"{checked} calls answered as two clients of other makers expect")
