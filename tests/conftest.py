import pytest

from tests.build_fixture import Built, build


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Built:
    """One build of the small papers of build_fixture, both dbt invocations and the gate."""
    return build(tmp_path_factory.mktemp("build"))
