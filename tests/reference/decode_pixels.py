#!/usr/bin/env python3
"""Decodes .cnz files down to the pixel: a second decoder, written from src/bitstream/FORMAT.md alone.

    decode_pixels.py FILE.cnz MODEL.safetensors OUT.pam     writes the picture
    decode_pixels.py FOLDER                                 compares all files of a folder with the PNG of their name

Symbols come from decode_symbols.py; what follows them (section 2.5) is computed in double precision, which needs numpy.
A comparison prints a line for each file and ends with status 1 where a sample is off by more than one level of 8 bits;
without numpy the status is 77.
"""

import sys
from pathlib import Path

from basics import Refused, require
from container import Container
from decode_symbols import Coder, files_of_folder, load, named, pixels_of
from model_file import Model

WITHOUT_NUMPY = 77

try:
    import numpy as np

    from network import network_of
    from samples import picture_of, picture_of_png
except ModuleNotFoundError as missing:
    if missing.name != "numpy":
        raise
    print("needs numpy (Debian: python3-numpy)")
    sys.exit(WITHOUT_NUMPY)


class Decoded:
    """A file's symbols, what they stand for, and what is coded as pixels; its pictures are computed when asked for."""

    def __init__(self, data, coder):
        self.file, self.model = Container(data), coder.model
        hyper, values = coder.values(self.file, coder.decode(self.file))
        self.pixels = pixels_of(self.file)
        h, w = self.file.latent_size()
        self.hyper = np.array(hyper, np.float64).reshape(len(hyper), -(-h // 4), -(-w // 4))
        self.values = np.array(values, np.float64).reshape(len(values), h, w)

    def latent(self, network, channels=None):
        """The latent by what symbols of the first channels stand for, or of all."""
        values = self.values.copy()
        values[len(values) if channels is None else channels :] = 0
        if len(self.hyper) == 0:
            return values
        h, w = values.shape[1:]
        return values + network.mean(self.hyper)[:, :h, :w]

    def picture(self, undo=False):
        """Samples [row][column][channel]."""
        network = network_of(self.model, self.file.quality)
        return picture_of(network.samples(self.latent(network)), self.file, self.pixels, undo=undo)

    def preview(self):
        network = network_of(self.model, self.file.quality)
        latent = self.latent(network, self.file.coarse_channels or None)
        return picture_of(network.preview(latent), self.file, self.pixels, shrunk=8)


def pam(picture, depth):
    """A picture as a file of the kind PAM."""
    height, width, channels = picture.shape
    kind = ("GRAYSCALE", "GRAYSCALE_ALPHA", "RGB", "RGB_ALPHA")[channels - 1]
    head = f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {channels}\nMAXVAL {(1 << depth) - 1}\nTUPLTYPE {kind}\nENDHDR\n"
    return head.encode() + picture.astype(">u2" if depth == 16 else "u1").tobytes()


def differences(picture, expected, depth):
    """Largest and mean difference of two pictures' samples, in levels of 8 bits."""
    require(picture.shape == expected.shape, f"is a picture of {picture.shape} and not of {expected.shape}")
    levels = np.abs(picture - expected) / (((1 << depth) - 1) // 255)
    return levels.max(), levels.mean()


def compare(path, coder):
    def action():
        decoded = Decoded(load(path), coder)
        expected, depth = picture_of_png(load(path.with_suffix(".png")))
        require(depth == decoded.file.depth, f"has {decoded.file.depth} bits a sample and not {depth}")
        return differences(decoded.picture(), expected, depth)

    largest, mean = named(path, action)
    print(f"{path}: differs by {largest:.4f} levels at most, {mean:.5f} in the mean")
    require(largest <= 1, f"{path}: is another picture than {path.with_suffix('.png').name}")


def main(arguments):
    if len(arguments) == 3:
        path, model, out = arguments
        coder = named(model, lambda: Coder(Model(load(model))))
        decoded = named(path, lambda: Decoded(load(path), coder))
        Path(out).write_bytes(pam(decoded.picture(), decoded.file.depth))
        return
    require(len(arguments) == 1, "usage: decode_pixels.py FILE.cnz MODEL.safetensors OUT.pam | FOLDER")
    for path, coder in files_of_folder(arguments[0]):
        compare(path, coder)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Refused, OSError) as reason:
        sys.exit(f"decode_pixels.py: {reason}")
