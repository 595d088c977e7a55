import pytest

from outlet import PROGRAMS, Outlet


@pytest.fixture(scope="session")
def outlet():
    if not (PROGRAMS / "outlet-api").exists():
        pytest.skip(f"no programs in {PROGRAMS}; build them, or name their folder in OUTLET_BIN")
    running = Outlet()
    yield running
    running.stop()
