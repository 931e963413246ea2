"""FORMAT.md, section 2: the model."""

import hashlib
import json
import math
import struct
import sys
from array import array

from basics import Refused, require
from container import Reader


def object_of_distinct_keys(pairs):
    require(len(dict(pairs)) == len(pairs), "has a key twice")
    return dict(pairs)


class Model:
    TYPES = {"F32": "f", "F16": "H", "I32": "i", "I16": "h", "U16": "H", "I8": "b", "U8": "B", "I64": "q"}
    DEFAULTS = {"architecture": "fast", "latent_channels": 320, "hyper_channels": 32, "scale_hidden": 128,
                "hyper_width": 128, "widths": [128, 256], "synthesis_blocks": [3, 2], "rate_knots": 8,
                "scale_rows": 128, "pixel_scale": 0.05, "mean_scale": 0.1, "feature_bounds": [32, 32],
                "prior_levels": 33}

    def __init__(self, data):
        reader = Reader(data)
        length = reader.number(8)
        require(length <= 8 << 20, "has a header beyond the limit")
        text = reader.take(length)
        require(text.startswith(b"{"), "is not a safetensors file")
        try:
            header = json.loads(text, object_pairs_hook=object_of_distinct_keys)
        except ValueError:
            raise Refused("has a header that is not JSON") from None
        body = data[reader.at :]
        metadata = header.pop("__metadata__", {})
        self.tensors, self.shapes, self.types = {}, {}, {}
        position = 0
        for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
            begin, end = entry["data_offsets"]
            require(set(entry) == {"dtype", "shape", "data_offsets"}, "has a tensor with other members")
            require(entry["dtype"] in self.TYPES and len(entry["shape"]) <= 8, "has a tensor of another kind")
            values = array(self.TYPES[entry["dtype"]])
            require(begin == position and end <= len(body), "has a tensor that overlaps, leaves a hole or ends early")
            require(end - begin == math.prod(entry["shape"]) * values.itemsize, "has a tensor of another size")
            values.frombytes(body[begin:end])
            if sys.byteorder == "big":
                values.byteswap()
            numbers = struct.unpack(f"<{len(values)}e", body[begin:end]) if entry["dtype"] == "F16" else values
            require(not entry["dtype"].startswith("F") or all(map(math.isfinite, numbers)),
                    "has a weight that is no number")
            self.tensors[name], self.shapes[name], self.types[name] = values, entry["shape"], entry["dtype"]
            position = end
        require(position == len(body), "has bytes behind its last tensor")
        require(metadata.get("format") == "imgcnn model 1", "is not a model")
        self.config = {**self.DEFAULTS, **json.loads(metadata["config"])}

        # 2.3: the identity.
        digest = hashlib.sha256()

        def field(content):
            digest.update(struct.pack("<Q", len(content)) + content)

        field(metadata["config"].encode())
        for name in sorted(self.tensors, key=str.encode):
            begin, end = header[name]["data_offsets"]
            field(name.encode())
            field(self.types[name].encode())
            field(struct.pack(f"<{len(self.shapes[name])}Q", *self.shapes[name]))
            field(body[begin:end])
        self.identity = digest.digest()
        require("id" not in metadata or metadata["id"] == self.identity[:8].hex(), "claims another id")

    def get(self, name, *shape):
        require(name in self.tensors, f"has no tensor '{name}'")
        require(not shape or tuple(self.shapes[name]) == shape, f"has a tensor '{name}' of another shape")
        return self.tensors[name]
