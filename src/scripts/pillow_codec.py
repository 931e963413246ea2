#!/usr/bin/env python3
"""Encodes and decodes AVIF and JPEG XL with the encoders of today that Pillow brings from PyPI.

    pillow_codec.py versions avif|jxl               one line: what would encode; fails where it cannot
    pillow_codec.py encode avif|jxl QUALITY IN OUT  QUALITY 1..100
    pillow_codec.py decode IN OUT                   OUT in the format of its suffix

Needs Pillow 12 or newer for AVIF, pillow-jxl-plugin for JPEG XL:
    python3 -m venv V && V/bin/pip install pillow pillow-jxl-plugin
`imgcnn eval --baselines pillow-avif,pillow-jxl --python V/bin/python` holds this script and runs it.
"""
import importlib.metadata
import io
import sys

from PIL import Image

# What makes files of good quality by the eye: libaom's tuning for still pictures, no subsampling.
AVIF_SETTINGS = {"speed": 4, "subsampling": "4:4:4", "max_threads": 1, "advanced": {"tune": "iq"}}
JXL_SETTINGS = {"effort": 7, "num_threads": 1}


def encode(picture, codec, quality):
    """The bytes of a file without metadata. picture: PIL.Image; codec: "avif" or "jxl"."""
    settings = AVIF_SETTINGS if codec == "avif" else JXL_SETTINGS
    if codec == "jxl":
        import pillow_jxl  # noqa: F401: registers the format
    file = io.BytesIO()
    picture.save(file, codec.upper(), quality=quality, **settings)
    return file.getvalue()


def decode(file):
    """The picture in the bytes of a file of any format that Pillow knows."""
    try:
        import pillow_jxl  # noqa: F401
    except ImportError:
        pass  # other formats do without
    picture = Image.open(io.BytesIO(file))
    picture.load()
    return picture


def versions(codec):
    """Names and versions of what encodes, once it has shown that it can."""
    encode(Image.new("RGB", (16, 16)), codec, 50)
    pillow = "Pillow " + importlib.metadata.version("pillow")
    if codec == "jxl":
        return pillow + ", pillow-jxl-plugin " + importlib.metadata.version("pillow-jxl-plugin")
    from PIL import _avif, features

    libaom = [part for part in _avif.codec_versions().split(", ") if part.startswith("aom")]
    return ", ".join([pillow, "libavif " + features.version("avif"), *libaom])


def main(arguments):
    if arguments[:1] == ["versions"] and len(arguments) == 2:
        print(versions(arguments[1]))
    elif arguments[:1] == ["encode"] and len(arguments) == 5:
        _, codec, quality, source, target = arguments
        with Image.open(source) as picture, open(target, "wb") as file:
            file.write(encode(picture, codec, int(quality)))
    elif arguments[:1] == ["decode"] and len(arguments) == 3:
        with open(arguments[1], "rb") as file:
            decode(file.read()).save(arguments[2])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
