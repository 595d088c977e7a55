"""Where the tests find the package."""

import pathlib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


def load_spec():
    return yaml.safe_load((ROOT / "static" / "openapi.yaml").read_text())
