import pytest

from tests.factories.people import make_worker
from tests.factories.places import make_community, make_place
from tests.factories.registers import enter, install_pack

FIRM_CODE = "529901015000000153"


@pytest.fixture
def community():
    install_pack("registers/standard.yaml")
    return make_community(1)


@pytest.fixture
def compound(community):
    return make_place(f"{community.code}C01", "compound")


@pytest.fixture
def firm(community):
    return enter("property-firms", place=community, name="东岸物业", credit_code=FIRM_CODE)


@pytest.fixture
def page(community, client):
    """page(path): what somebody of the county reads there."""
    client.force_login(make_worker(community.parent.parent, "registers.keep", "organisations.view"))
    return lambda path: client.get(path).content.decode()
