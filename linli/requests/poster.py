"""QR codes: on a sign, where it opens a new request with the place filled in; on a receipt, where it leads back."""

from dataclasses import dataclass

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from linli.places.models import Place


@dataclass(frozen=True)
class Poster:
    """One place with the address its code leads to and the code as a picture."""

    place: Place
    address: str
    picture: str  # a data: address of an SVG


def poster_of(place: Place) -> Poster:
    """The sign of a place; error correction H, for it hangs outdoors and gets scratched."""
    address = f"{settings.PUBLIC_URL}{reverse('request-start')}?{urlencode({'place': place.code})}"
    return Poster(place, address, segno.make(address, error="h", micro=False).svg_data_uri(scale=8, border=4))


def receipt_code(number: str) -> str:
    """The picture of a code that leads to the page of a request, which still asks for its secret."""
    address = f"{settings.PUBLIC_URL}{reverse('request-look-up')}?{urlencode({'number': number})}"
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2)
