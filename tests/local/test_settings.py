import pytest

from local.settings import SettingError, Settings


def test_nothing_needs_to_be_given() -> None:
    settings = Settings.from_environment({})
    assert (settings.port, settings.debounce_seconds, settings.fresh) == (8080, 1, False)


def test_an_empty_variable_is_one_not_given() -> None:
    assert Settings.from_environment({"PORT": "", "FRESH": ""}).port == 8080


@pytest.mark.parametrize("port", ["http", "-1", "65536", "80.5"])
def test_a_wrong_number_is_refused_by_its_name(port: str) -> None:
    with pytest.raises(SettingError, match="PORT must be a whole number from 0 to 65535"):
        Settings.from_environment({"PORT": port})
