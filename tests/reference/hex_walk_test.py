"""The file that FORMAT.md walks through byte by byte (section 1.10) is the golden that it names.

    hex_walk_test.py FORMAT.md GOLDENS
"""

import re
import sys
from pathlib import Path


def main(specification, goldens):
    section = Path(specification).read_text().split("\n## 1.10 ")[1].split("\n# ")[0]
    name = re.search(r"`([a-z0-9_]+\.cnz)`", section).group(1)
    expected = (Path(goldens) / name).read_bytes()
    shown = b""
    for line in re.findall(r"^    ([0-9A-F]{4}) ((?: [0-9A-F]{2})+)(?:  |$)", section, re.MULTILINE):
        if int(line[0], 16) != len(shown):
            sys.exit(f"{specification}: {line[0]} does not follow on {len(shown)} bytes")
        shown += bytes.fromhex(line[1])
    if shown != expected:
        sys.exit(f"{specification}: the walk through {name} shows {len(shown)} bytes that are not its {len(expected)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
