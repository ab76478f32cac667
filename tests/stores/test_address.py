"""What of an address is shown: enough to know the object, and no secret."""

import copy

import pytest

from kerascheck.stores.address import Address, is_loopback
from kerascheck.trust.tree import is_address

SIGNED = "X-Amz-Credential=AKIA&X-Amz-Signature=5eb63bbb"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("s3://bucket/a/model.keras", "s3://bucket/a/model.keras"),
        ("s3://bucket/what?.keras", "s3://bucket/what?.keras"),
        ("s3://KEY:SECRET@bucket/m.keras", "s3://bucket/m.keras"),
        ("https://host/m.keras", "https://host/m.keras"),
        (f"https://host/m.keras?{SIGNED}", "https://host/m.keras?..."),
        ("https://user:pw@host:8/m.keras", "https://host:8/m.keras"),
        ("https://token@host/m.keras", "https://host/m.keras"),
        ("https://host/m.keras#access_token=1", "https://host/m.keras?..."),
        ("https://host?key=1", "https://host?..."),
        ("https://host?next=a/b", "https://host?..."),
        ("https://a:b@c@host/m.keras", "https://host/m.keras"),
        ("hf://user/repo@main/m.keras", "hf://user/repo@main/m.keras"),
        ("abfs://data@account.host/m.keras", "abfs://data@account.host/m.keras"),
        (f"az://data/m.keras?sv=1&sig={SIGNED}", "az://data/m.keras?..."),
        ("az://data/what?.keras", "az://data/what?.keras"),
        ("hf://us/wine/a#1?.keras", "hf://us/wine/a#1?.keras"),
        ("sftp://me:pw@host/m.keras", "sftp://host/m.keras"),
        ("models:/wine/3", "models:/wine/3"),
        ("https://[::1]:80/m.keras", "https://[::1]:80/m.keras"),
        ("https://[::1]/m.keras", "https://[::1]/m.keras"),
        ("s3://KEY:SEC/RE?T@bucket/m.keras", "s3://bucket/m.keras"),
        ("https://u:p?w@host/m.keras", "https://host/m.keras"),
        ("https://u:p#w/@host/m.keras?k=1", "https://host/m.keras?..."),
        ("https://u:pw", "https://"),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_secret(url, shown):
    address = Address(url)
    assert address == shown
    assert address.url == url
    assert repr(address) == repr(shown)
    assert f"{address}" == shown


def test_an_address_of_an_address_keeps_what_the_store_needs():
    assert Address(Address("https://u:p@host/m")).url == "https://u:p@host/m"


def test_an_address_is_the_same_in_another_process():
    again = copy.deepcopy(Address("https://u:p@host/m"))  # as pickle makes it
    assert (again, again.url) == ("https://host/m", "https://u:p@host/m")


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("s3://b/m.keras", True),
        ("models:/wine@best", True),
        ("runs:/1a/model", True),
        ("git+ssh://host/m.keras", True),
        ("./s3://b/m.keras", False),
        ("a/s3://b/m.keras", False),
        ("://b", False),
        ("models/wine", False),
        ("package.module:build", False),
        (r"C:\models\m.keras", False),
        ("./models:/a", False),
    ],
)
def test_what_is_an_address(path, is_one):
    assert is_address(path) == is_one


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:1/m", True),
        ("http://localhost/m", True),
        ("http://[::1]:1/m", True),
        ("http://127.0.0.1.example.com/m", False),
        ("http://127.0.0.1@example.com/m", False),
        ("http://[broken/m", False),
        ("http://192.168.0.1/m", False),
    ],
)
def test_which_addresses_lead_to_this_machine(url, here):
    assert is_loopback(url) == here
