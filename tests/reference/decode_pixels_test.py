#!/usr/bin/env python3
"""Pixels of the reference decoder and of the program: decode_pixels_test.py GOLDENS MODELS IMGCNN WRITE_PIXEL_STREAMS.

Goldens have a network as training begins it, which adds nothing to its linear path. Here weights are drawn, or taught:
MODELS is the folder of models that the program comes with. Blocks that are coded as pixels are drawn, too.
"""

import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from array import array
from pathlib import Path

sys.dont_write_bytecode = True
from decode_pixels import Decoded, differences, picture_of_png  # ends the test where numpy is not here
from checksums import checksum
from container import Container, Reader
from decode_symbols import Coder, load, pairs, tile_borders
from drawn_model import decoder_tensors, drawn, with_tensors
from model_file import Model

PROGRAM = Path(__file__).with_name("decode_pixels.py")
WRITER, IMGCNN, MODELS, GOLDENS = sys.argv.pop(), sys.argv.pop(), Path(sys.argv.pop()), Path(sys.argv.pop())
MIRRORED, TRANSPOSED = 0x40, 0x80


def leb(value):
    return bytes([value | 0x80 if value > 127 else value]) + leb(value >> 7) if value > 127 else bytes([value])


def with_header(data, turn=0, model=None):
    """A file whose header says something else of the way round, or of the model."""
    end = next(at for at in range(6, len(data)) if data[at : at + 4] == struct.pack("<I", checksum(data[:at])))
    reader = Reader(data)
    reader.take(6)
    width, height = reader.leb(), reader.leb()
    if turn & TRANSPOSED:
        width, height = height, width
    rest = data[reader.at : end].replace(Container(data).model, model or Container(data).model)
    head = data[:5] + bytes([data[5] ^ turn]) + leb(width) + leb(height) + rest
    return head + struct.pack("<I", checksum(head)) + data[end + 4 :]


def with_pixels(data, folder):
    """A file with a section `pixels`, of some blocks of a drawing in each tile, but for one of three."""
    file = Container(data)

    def stream_of(height, width):
        sizes = (str(size) for size in (width, height, 1 if file.channels <= 2 else 3, file.depth))
        subprocess.run([WRITER, folder, *sizes], check=True)
        return load(folder / "drawing.stream")

    if file.tile:
        def sides(side):
            return [min(16 * end, side) - 16 * begin for begin, end in pairs(tile_borders(-(-side // 16), file.tile))]

        streams = [stream_of(height, width) for height in sides(file.height) for width in sides(file.width)]
        streams[1::3] = [b""] * len(streams[1::3])
        payload = struct.pack(f"<{len(streams)}I", *map(len, streams)) + b"".join(streams)
    else:
        payload = stream_of(file.height, file.width)
    section = bytes([2]) + leb(len(payload)) + payload
    behind = data.index(file.coarse) + len(file.coarse) + 4
    return data[:behind] + section + struct.pack("<I", checksum(section)) + data[behind:]


def perturbed(model, name):
    """The same model with one other tensor. Knots move by a tenth, others to their opposite."""
    values = model.tensors[name]
    if name.endswith(".log_knots"):
        other = array("f", (value + 0.1 for value in values))
    elif name.endswith("deviation"):
        other = array("f", (1.3 * value for value in values))
    elif model.types[name] == "F16":
        other = array("H", (value ^ 0x8000 for value in values))
    else:
        other = array("f", (-value for value in values))
    changed = object.__new__(Model)
    changed.__dict__.update(model.__dict__, tensors={**model.tensors, name: other})
    return changed


class Pixels(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def imgcnn(self, *arguments):
        subprocess.run([IMGCNN, *arguments, "--quiet", "-f"], check=True)

    def compressed(self, picture, model, *options):
        """A file that the program makes of a golden's picture with the model of this path."""
        self.imgcnn("compress", "-m", model, *options, GOLDENS / picture, self.folder / "a.cnz")
        return load(self.folder / "a.cnz")

    def shown(self, data, model, *options):
        """The program's picture of a file, and its bits a sample."""
        (self.folder / "b.cnz").write_bytes(data)
        self.imgcnn("decompress", "-m", model, *options, self.folder / "b.cnz", self.folder / "b.png")
        return picture_of_png(load(self.folder / "b.png"))

    def drawn_model(self, name, seed=1):
        path = self.folder / "drawn.safetensors"
        path.write_bytes(drawn(load(GOLDENS / name), seed))
        return path, Coder(Model(load(path)))

    def check(self, picture, shown):
        expected, depth = shown
        largest, mean = differences(picture, expected, depth)
        self.assertLessEqual(largest, 1)
        self.assertLess(mean, 0.1)

    def check_file(self, data, path, coder):
        decoded = Decoded(data, coder)
        self.check(decoded.picture(), self.shown(data, path))
        self.check(decoded.preview(), self.shown(data, path, "--preview"))

    def test_drawn_models_of_every_kind_of_picture(self):
        for name in ("tiny_fast", "tiny_classic"):
            path, coder = self.drawn_model(name + ".safetensors")
            for picture in ("grey8", "rgb8", "rgba16"):
                for quality in ("0", "33.3", "100"):
                    with self.subTest(name, picture=picture, quality=quality):
                        self.check_file(self.compressed(picture + ".png", path, "-q", quality), path, coder)

    def test_grey_is_the_mean_of_channels_beyond_their_limits(self):
        def change(name, kind, shape, values):
            if name != "weights.synthesis.linear.bias":
                return kind, shape, values
            return kind, shape, array("f", [0.8] * 256 + [0.0] * 256 + [-0.8] * 256)

        path = self.folder / "split.safetensors"
        path.write_bytes(with_tensors(load(GOLDENS / "tiny_fast.safetensors"), change))
        self.check_file(self.compressed("grey8.png", path), path, Coder(Model(load(path))))

    def test_tiles(self):
        path, coder = self.drawn_model("tiny_fast.safetensors")
        self.check_file(self.compressed("tiled_rgb8.png", path, "-e", "1"), path, coder)

    def test_turned_pictures(self):
        for name in ("tiny_fast", "tiny_classic"):
            path, coder = self.drawn_model(name + ".safetensors")
            data = self.compressed("rgb8.png", path)
            for turn in (MIRRORED, TRANSPOSED, MIRRORED | TRANSPOSED):
                with self.subTest(name, turn=turn):
                    self.check_file(with_header(data, turn), path, coder)

    def test_preprocessing_is_undone_on_request(self):
        path, coder = self.drawn_model("tiny_fast.safetensors")
        options = ("--brightness", "0.1", "--contrast", "0.8", "--colour-balance", "0.8,1.1,1.2")
        for picture in ("rgb8.png", "grey8.png"):
            with self.subTest(picture):
                data = self.compressed(picture, path, *options)
                self.check_file(data, path, coder)
                self.check(Decoded(data, coder).picture(undo=True), self.shown(data, path, "--undo-preprocessing"))

    def check_pixels(self, data, path, coder):
        data = with_pixels(data, self.folder)
        decoded = Decoded(data, coder)
        self.assertGreater(len(decoded.pixels), 0)
        self.assertLess(len(decoded.pixels), decoded.file.width * decoded.file.height)
        expected, _ = self.shown(data, path)
        for (y, x), pixel in decoded.pixels.items():
            self.assertEqual(tuple(expected[y, x, : len(pixel)]), pixel)
        self.check_file(data, path, coder)
        return data, decoded

    def test_blocks_that_are_coded_as_pixels(self):
        path, coder = self.drawn_model("tiny_fast.safetensors")
        for picture in ("rgb8", "rgba16", "tiled_rgb8"):
            with self.subTest(picture):
                self.check_pixels(self.compressed(picture + ".png", path, "-e", "1"), path, coder)
        data = self.compressed("rgb8.png", path)
        for turn in (MIRRORED, TRANSPOSED, MIRRORED | TRANSPOSED):
            with self.subTest(turn=turn):
                self.check_pixels(with_header(data, turn), path, coder)

    def test_preprocessing_of_pixels_is_undone_on_request(self):
        path, coder = self.drawn_model("tiny_fast.safetensors")
        options = ("--brightness", "0.1", "--contrast", "0.8", "--colour-balance", "0.8,1.1,1.2")
        for picture in ("rgb8.png", "rgba16.png"):
            with self.subTest(picture):
                data, decoded = self.check_pixels(self.compressed(picture, path, *options), path, coder)
                undone = decoded.picture(undo=True)
                self.check(undone, self.shown(data, path, "--undo-preprocessing"))
                self.assertTrue(any(tuple(undone[y, x, :3]) != pixel for (y, x), pixel in decoded.pixels.items()))

    def test_models_that_were_taught(self):
        paths = sorted(MODELS.glob("*.safetensors"))
        self.assertTrue(paths)
        for path in paths:
            with self.subTest(path.name):
                self.check_file(self.compressed("rgba16.png", path), path, Coder(Model(load(path))))

    def test_every_tensor_of_the_decoder_is_seen(self):
        for name in ("tiny_fast", "tiny_classic"):
            path, coder = self.drawn_model(name + ".safetensors")
            data = self.compressed("rgb8.png", path)
            expected, depth = self.shown(data, path)
            decoded, model = Decoded(data, coder), coder.model
            self.assertLessEqual(differences(decoded.picture(), expected, depth)[0], 1)
            for tensor in decoder_tensors(model):
                with self.subTest(name, tensor=tensor):
                    decoded.model = perturbed(model, tensor)
                    self.assertGreater(differences(decoded.picture(), expected, depth)[0], 1)

    def test_tensors_that_a_decoder_does_not_need_may_be_missing(self):
        for name in ("tiny_fast", "tiny_classic"):
            path, coder = self.drawn_model(name + ".safetensors")
            decoded, model = Decoded(self.compressed("rgba16.png", path), coder), coder.model
            expected = decoded.picture()
            needed = set(decoder_tensors(model))
            model.tensors = {tensor: values for tensor, values in model.tensors.items() if tensor in needed}
            self.assertTrue((decoded.picture() == expected).all())

    def test_the_program_says_in_one_line_that_a_weight_is_another(self):
        def change(name, kind, shape, values):
            if name == "weights.synthesis.linear.bias":
                values = array("f", (value + 0.02 for value in values))
            return kind, shape, values

        model = with_tensors(load(GOLDENS / "tiny_fast.safetensors"), change)
        (self.folder / "m.safetensors").write_bytes(model)
        data = with_header(load(GOLDENS / "grey8.cnz"), model=Model(model).identity[:8])
        (self.folder / "grey8.cnz").write_bytes(data)
        shutil.copy(GOLDENS / "grey8.png", self.folder)
        ended = subprocess.run([sys.executable, "-B", PROGRAM, self.folder], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"\Adecode_pixels\.py: .*grey8\.cnz: is another picture than .*\n\Z")

    def test_a_picture_that_is_written_is_the_programs(self):
        path, _ = self.drawn_model("tiny_fast.safetensors")
        for picture in ("grey8", "rgba16"):
            data = self.compressed(picture + ".png", path)
            expected, depth = self.shown(data, path)
            out = self.folder / "out.pam"
            subprocess.run([sys.executable, "-B", PROGRAM, self.folder / "a.cnz", path, out], check=True)
            head, samples = load(out).split(b"ENDHDR\n", 1)
            height, width, channels = expected.shape
            self.assertEqual(head.split()[:9:2], [b"P7", str(width).encode(), str(height).encode(),
                                                  str(channels).encode(), str((1 << depth) - 1).encode()])
            got = array("H" if depth == 16 else "B", samples)
            if depth == 16 and sys.byteorder == "little":
                got.byteswap()
            self.assertEqual(len(got), expected.size)
            self.assertLessEqual(max(abs(a - b) for a, b in zip(got, expected.flatten().tolist())), (1 << depth) // 256)


if __name__ == "__main__":
    unittest.main()
