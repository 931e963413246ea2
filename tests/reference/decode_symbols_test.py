#!/usr/bin/env python3
"""The reference decoder refuses what is damaged: decode_symbols_test.py FOLDER, with .cnz files and their models."""

import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
from basics import Refused
from checksums import checksum, xxh64
from container import Container
from decode_symbols import coders_of_folder
from model_file import Model
from rans import Stream

PROGRAM = Path(__file__).with_name("decode_symbols.py")
GOLDENS = Path(sys.argv.pop())


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def with_damaged_stream(data, kind, share):
    """The file with a byte of section 1 or 3 changed, and the section's checksum put right."""
    file = Container(data)
    payload = file.coarse if kind == 1 else file.detail
    begin = data.index(payload)
    section = begin - next(n for n in range(2, 7) if data[begin - n] == kind)
    end = begin + len(payload)
    data = flipped(data, begin + int(share * (len(payload) - 1)))
    return data[:end] + struct.pack("<I", checksum(data[section:end])) + data[end + 4 :]


class Damage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.coders = coders_of_folder(GOLDENS)
        cls.files = {path.name: path.read_bytes() for path in sorted(GOLDENS.glob("*.cnz"))}
        assert cls.files

    def refusal_of(self, data):
        with self.assertRaises(Refused) as refused:
            file = Container(data)
            self.coders[file.model].decode(file)
        return str(refused.exception)

    def test_checksums_are_those_of_the_reference(self):
        # From the description of XXH64: empty, short, and longer than its stripes.
        self.assertEqual(xxh64(b""), 0xEF46DB3751D8E999)
        self.assertEqual(xxh64(b"abc"), 0x44BC2CF5AD770999)
        self.assertEqual(xxh64(b"Call me Ishmael. Some years ago--never mind how long precisely-"),
                         0x02A2E85470D6FD96)

    def test_a_changed_byte_is_seen_by_the_checksums_of_the_container(self):
        for name, data in self.files.items():
            for at in range(0, len(data), 1 + len(data) // 50):
                with self.subTest(name, at=at):
                    self.refusal_of(flipped(data, at))

    def test_a_file_that_is_cut_short_is_refused(self):
        for name, data in self.files.items():
            for length in range(0, len(data), 1 + len(data) // 50):
                with self.subTest(name, length=length):
                    self.refusal_of(data[:length])

    def test_a_changed_stream_gives_other_symbols_or_another_end(self):
        for name, data in self.files.items():
            for kind in (1, 3) if Container(data).coarse_channels else (1,):
                for share in (0.1, 0.5, 1.0):
                    with self.subTest(name, kind=kind, share=share):
                        self.assertRegex(self.refusal_of(with_damaged_stream(data, kind, share)),
                                         "stream|symbol|checksum|escape")

    def test_a_word_on_the_wrong_side_of_the_cut_is_refused(self):
        tried = 0
        for name, data in self.files.items():
            file = Container(data)
            if file.tile or not file.coarse_channels or not file.detail or len(file.coarse) < 10:
                continue
            tried += 1
            for border, reason in ((2, "left in front of its cut"), (-2, "ends early")):
                with self.subTest(name, border=border):
                    words, at = file.coarse + file.detail, len(file.coarse) + border
                    moved = Container(data)
                    moved.coarse, moved.detail = words[:at], words[at:]
                    with self.assertRaisesRegex(Refused, reason):
                        self.coders[file.model].decode(moved)
        self.assertGreater(tried, 0)

    def test_a_stream_with_another_checksum_is_refused(self):
        def stream_of_nothing(value):
            return Stream(struct.pack("<2I", 65536 + (value & 65535), 65536 + (value >> 16)))

        stream_of_nothing(checksum(b"")).finish(checksum(b""))
        for wrong in (1, 1 << 15, 1 << 16, 1 << 31):
            with self.subTest(wrong), self.assertRaisesRegex(Refused, "checksum"):
                stream_of_nothing(checksum(b"") ^ wrong).finish(checksum(b""))

    def test_the_program_says_so_in_one_line(self):
        name, data = next(iter(self.files.items()))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(with_damaged_stream(data, 1, 0.5))
            identity = Container(data).model
            model = next(p for p in GOLDENS.glob("*.safetensors")
                         if Model(p.read_bytes()).identity.startswith(identity))
            ended = subprocess.run([sys.executable, "-B", PROGRAM, path, model], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(ended.returncode, 1)
        self.assertEqual(ended.stdout, "")
        self.assertRegex(ended.stderr, rf"\Adecode_symbols\.py: .*{name}: .*\n\Z")


if __name__ == "__main__":
    unittest.main()
