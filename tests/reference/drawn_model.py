"""Models that nothing has taught, for tests: every weight of the decoder is drawn, so that each is seen in pictures.

Fresh models begin with layers of zeros, which hide what lies before them.
"""

import json
import math
import random
import struct
from array import array

from model_file import Model

# What begins the names of tensors that a decoder needs (section 2.5).
DECODER = {"fast": ("deviation", "gain.", "hyper_gain.", "hyper_synthesis.", "step.", "synthesis."),
           "classic": ("bottleneck_out.", "decoder", "step.")}


def metadata_of(data):
    (length,) = struct.unpack_from("<Q", data)
    return json.loads(data[8 : 8 + length])["__metadata__"]


def serialized(metadata, tensors):
    """A file of section 2.1. tensors: name to (type, shape, array)."""
    header, body = {"__metadata__": metadata}, b""
    for name in sorted(tensors, key=lambda name: (-tensors[name][2].itemsize, name)):
        kind, shape, values = tensors[name]
        packed = struct.pack(f"<{len(values)}{values.typecode}", *values)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(body), len(body) + len(packed)]}
        body += packed
    text = json.dumps(dict(sorted(header.items())), separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def halves(values):
    """binary16 of numbers, as the integers that Model holds."""
    return array("H", struct.unpack(f"<{len(values)}H", struct.pack(f"<{len(values)}e", *values)))


def with_tensors(data, change, **config):
    """A model file with other weights and another config, without context coders, which have nothing to do with pixels.

    change(name, type, shape, array): what takes the place of the three.
    """
    model, metadata = Model(data), metadata_of(data)
    metadata.pop("id", None)
    metadata["config"] = json.dumps({**json.loads(metadata["config"]), **config}, separators=(",", ":"))
    names = [name for name in sorted(model.tensors) if not name.startswith(("context.", "hyper_context."))]
    return serialized(metadata, {name: change(name, model.types[name], model.shapes[name], model.tensors[name])
                                 for name in names})


def decoder_tensors(model):
    needed = tuple("weights." + prefix for prefix in DECODER[model.config["architecture"]])
    return [name for name in sorted(model.tensors) if name.startswith(needed)]


def drawn(data, seed):
    """The model with other weights in its decoder, half of the kernels in 16 bits, and bounds that features reach."""
    source, needed = random.Random(seed), decoder_tensors(Model(data))

    def change(name, kind, shape, values):
        if name not in needed or name == "weights.synthesis.linear.weight":
            return kind, shape, values
        if name.endswith(".weight"):
            size = math.sqrt(3 / math.prod(shape[1:]))
            new = [source.uniform(-size, size) for _ in values]
            return ("F16", shape, halves(new)) if source.random() < 0.5 else ("F32", shape, array("f", new))
        if name.endswith(".bias"):
            size = 0.02 if "linear" in name or "decoder0" in name else 0.3
            return kind, shape, array("f", (source.uniform(-size, size) for _ in values))
        if name.endswith(".log_knots"):
            return kind, shape, array("f", (value + source.uniform(-0.3, 0.3) for value in values))
        return kind, shape, array("f", (value * source.uniform(0.7, 1.4) for value in values))  # deviations

    return with_tensors(data, change, feature_bounds=[1.5, 2.5])
