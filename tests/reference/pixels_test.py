#!/usr/bin/env python3
"""The reference decoder of pixels finds what the program coded: pixels_test.py WRITE_PIXEL_STREAMS."""

import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
from basics import Refused
from pixels import Decoder
from rans import Stream

WRITER = sys.argv.pop()


class Pixels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            subprocess.run([WRITER, folder], check=True)
            cls.samples = {path.stem: (tuple(map(int, path.read_text().split())),
                                       path.with_suffix(".stream").read_bytes(),
                                       path.with_suffix(".samples").read_bytes())
                           for path in sorted(folder.glob("*.txt"))}
        assert cls.samples

    @staticmethod
    def decoded(sizes, stream):
        blocks, pixels = Decoder(Stream(stream), *sizes[:4]).decode()
        if len(blocks) != sizes[4]:
            raise Refused("has other blocks")
        flat = [sample for pixel in pixels.values() for sample in pixel]
        return struct.pack(f"<{len(flat)}H", *flat)

    def test_samples_are_those_that_were_coded(self):
        for name, (sizes, stream, expected) in self.samples.items():
            with self.subTest(name):
                self.assertEqual(self.decoded(sizes, stream), expected)

    def test_damage_is_refused_or_seen(self):
        for name in ("strokes_3x8", "palette_1x16", "one_pixel"):
            sizes, stream, _ = self.samples[name]
            for length in range(0, len(stream), 1 + len(stream) // 10):
                with self.subTest(name, length=length), self.assertRaises(Refused):
                    self.decoded(sizes, stream[:length])
            for at in range(0, len(stream), 1 + len(stream) // 10):
                with self.subTest(name, at=at), self.assertRaises(Refused):
                    self.decoded(sizes, stream[:at] + bytes([stream[at] ^ 0x10]) + stream[at + 1 :])


if __name__ == "__main__":
    unittest.main()
