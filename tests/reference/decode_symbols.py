#!/usr/bin/env python3
"""Decodes the symbols of .cnz files, and what is coded as pixels: a second decoder, written from src/bitstream/FORMAT.md alone.

    decode_symbols.py FILE.cnz MODEL.safetensors     one file
    decode_symbols.py FOLDER                         all files of a folder, by the models that lie there

Everything that leads to a symbol is computed anew in plain integers, and what each stream holds is compared with the
checksum in its last states. Prints a line for each file; ends with status 1 and one line on standard error where
something does not agree. This is section 1.3; the modules beside it name theirs. Names are those of FORMAT.md where it has any.
"""

import sys
from itertools import chain, islice, product
from pathlib import Path

from basics import Refused, require, sign
from checksums import checksum_of_symbols
from container import Container, Reader
from context_coder import ContextCoder, Network
from model_file import Model
from picture_statistics import Picture
from pixels import Decoder
from rans import Stream, read_table
from scale_rows import scale_rows
from trellis import Trellis


def fronts(h, w):
    for t in range(w + 2 * h - 2):
        yield [(y, t - 2 * y) for y in range(h) if 0 <= t - 2 * y < w]


def tile_borders(size, tile):
    """Where tiles of at most 4 * tile begin along a side of so many positions, and where the last one ends."""
    count, units = -(-size // (4 * tile)), -(-size // 4)
    return [4 * (units * i // count) for i in range(count)] + [size]


def pairs(values):
    return list(zip(values, values[1:]))


def decode_planes(stream, table, rows, h, w, quality, trellis=None, context=None, cut=None):
    """Symbols, [C][h * w], under rows r of the same shape, from a stream that is cut in front of channel `cut`."""
    picture, state, planes = Picture(h, w), 0, []
    for c, plane_rows in enumerate(rows):
        if c == cut:
            stream.cut()
        symbols = [0] * (h * w)
        if context:
            context.network.begin_channel(c)
            context.network.begin_prediction(c)
            picture.begin_channel()
            expected = [context.first[r].e for r in plane_rows]
        for front in fronts(h, w):
            ratio = picture.plane_ratio() if context else 0
            for y, x in front:
                r = coding_row = plane_rows[y * w + x]
                p = 0
                takes_part = trellis is not None and trellis.takes_part(r)
                if takes_part:
                    p = trellis.quantizer(state)
                    coding_row = trellis.coding_row(r, p)
                if context and context.first[r].g[0] >= -1412:
                    d = context.network.corrections(context.features(picture, c, y, x, plane_rows, quality, ratio))
                    statistics = context.statistics[coding_row]
                    v = context.decode(stream, statistics, p, d)
                    picture.count(v, statistics)
                else:
                    v = stream.symbol(table[coding_row])
                if takes_part:
                    state = trellis.after(state, v)
                symbols[y * w + x] = v
                if context:
                    picture.add(picture.at(y, x), v if trellis is None else 2 * v - p * sign(v), expected[y * w + x])
            if context:
                context.network.adapt(picture.numbers[c])
        if context:
            picture.end_channel(expected)
        planes.append(symbols)
    return planes


def joined(planes):
    return [symbol for plane in planes for symbol in plane]


class Coder:
    """What a model says of symbols."""

    def __init__(self, model):
        self.model, config = model, model.config
        self.channels, self.hyper_channels = config["latent_channels"], config["hyper_channels"]
        self.levels, self.trellis = config["prior_levels"], None
        count = self.levels * self.channels
        if self.hyper_channels > 0:
            hyper_rows = self.levels * self.hyper_channels
            self.hyper_table = read_table(model, "hyper_table", hyper_rows)
            count = config["scale_rows"]
            if "trellis" in model.tensors:
                self.trellis = Trellis(model.get("trellis"), count)
            rows = count + 2 * (count - self.trellis.first) if self.trellis else count
            self.table = read_table(model, "scale_table", rows)
            self.hyper_context = self.context_of("hyper_context", self.hyper_table, None, self.hyper_channels,
                                                 hyper_rows)
        else:
            self.table = read_table(model, "latent_table", count)
        self.context = self.context_of("context", self.table, self.trellis, self.channels, count)

    def context_of(self, name, table, trellis, channels, rows):
        if name + ".references" not in self.model.tensors:
            return None
        return ContextCoder(table, trellis, Network(self.model, name, channels), rows)

    def values(self, file, symbols):
        """What the symbols of decode(file) stand for: hyper-latent [K][hz * wz] and latent [C][h * w] (section 1.8)."""
        h, w = file.latent_size()
        hz, wz = -(-h // 4), -(-w // 4)
        rest = iter(symbols)
        hyper = [list(islice(rest, hz * wz)) for _ in range(self.hyper_channels)]
        borders = (tile_borders(h, file.tile), tile_borders(w, file.tile)) if file.tile else ([0, h], [0, w])
        tiles = [(y, x) for y in pairs(borders[0]) for x in pairs(borders[1])]
        latent = [[0] * (h * w) for _ in range(self.channels)]
        for (top, bottom), (left, right) in tiles:
            for plane in latent:
                for y in range(top, bottom):
                    plane[y * w + left : y * w + right] = islice(rest, right - left)
        if self.trellis is None:
            return hyper, latent
        rows = scale_rows(self.model, hyper, hz, wz, h, w, file.quality)
        for (top, bottom), (left, right) in tiles:
            state = 0
            for plane, plane_rows in zip(latent, rows):
                for y, x in chain.from_iterable(fronts(bottom - top, right - left)):
                    at = (top + y) * w + left + x
                    symbol, row = plane[at], plane_rows[at]
                    if self.trellis.takes_part(row):
                        plane[at] = self.trellis.value(row, self.trellis.quantizer(state), symbol)
                        state = self.trellis.after(state, symbol)
        return hyper, latent

    def rows_by_level(self, channels, positions, quality):
        level = (quality * (self.levels - 1) + 800) // 1600
        return [[level * channels + c] * positions for c in range(channels)]

    def decode_hyper(self, stream, h, w, file):
        rows = self.rows_by_level(self.hyper_channels, h * w, file.quality)
        return joined(decode_planes(stream, self.hyper_table, rows, h, w, file.quality,
                                    context=self.hyper_context if file.context else None))

    def decode_latent(self, stream, rows, h, w, file):
        return joined(decode_planes(stream, self.table, rows, h, w, file.quality, self.trellis,
                                    self.context if file.context else None, file.coarse_channels or None))

    def decode(self, file):
        """All symbols of a file, checked against their checksums: hyper-latent, then latent or its tiles."""
        require(file.model == self.model.identity[:8], "was made with another model")
        require(not file.context or self.context, "needs a model with context coders")
        require(file.coarse_channels < self.channels, "has more coarse channels than its model has")
        h, w = file.latent_size()
        hz, wz = -(-h // 4), -(-w // 4)
        split = file.coarse_channels > 0

        def rows_of_latent(hyper):
            if self.hyper_channels == 0:
                return self.rows_by_level(self.channels, h * w, file.quality)
            planes = [hyper[at : at + hz * wz] for at in range(0, len(hyper), hz * wz)]
            return scale_rows(self.model, planes, hz, wz, h, w, file.quality)

        if file.tile == 0:
            stream = Stream(file.coarse, file.detail if split else b"")
            hyper = self.decode_hyper(stream, hz, wz, file) if self.hyper_channels > 0 else []
            symbols = hyper + self.decode_latent(stream, rows_of_latent(hyper), h, w, file)
            stream.finish(checksum_of_symbols(symbols))
            return symbols

        tiles = [(y, x) for y in pairs(tile_borders(h, file.tile)) for x in pairs(tile_borders(w, file.tile))]
        first = int(self.hyper_channels > 0)
        coarse = parts_of_section(file.coarse, first + len(tiles))
        detail = parts_of_section(file.detail, len(tiles)) if split else [b""] * len(tiles)
        symbols = []
        if first:
            stream = Stream(coarse[0])
            symbols = self.decode_hyper(stream, hz, wz, file)
            stream.finish(checksum_of_symbols(symbols))
        rows = rows_of_latent(symbols)
        for part, other, ((top, bottom), (left, right)) in zip(coarse[first:], detail, tiles):
            window = [[plane[y * w + x] for y in range(top, bottom) for x in range(left, right)] for plane in rows]
            stream = Stream(part, other)
            tile = self.decode_latent(stream, window, bottom - top, right - left, file)
            stream.finish(checksum_of_symbols(tile))
            symbols += tile
        return symbols


def parts_of_section(section, count):
    """What a section with tiles holds of each stream."""
    reader = Reader(section)
    lengths = [reader.number(4) for _ in range(count)]
    parts = [reader.take(length) for length in lengths]
    require(reader.at == len(section), "has bytes behind its streams")
    return parts


def pixels_of(file):
    """What is coded as pixels, {(y, x): (R, G, B) or (grey,)}, checked against its checksums (section 1.9)."""
    if file.pixels is None:
        return {}
    reader = Reader(file.pixels)
    count, streams = reader.leb(), file.pixels[reader.at :]
    borders, parts = [pairs([0, -(-side // 16)]) for side in (file.height, file.width)], [streams]
    if file.tile:
        borders = [pairs(tile_borders(border[0][1], file.tile)) for border in borders]
        parts = parts_of_section(streams, len(borders[0]) * len(borders[1]))
    pixels = {}
    for part, ((top, bottom), (left, right)) in zip(parts, product(*borders)):
        if file.tile and not part:
            continue
        height, width = min(16 * bottom, file.height) - 16 * top, min(16 * right, file.width) - 16 * left
        blocks, tile = Decoder(Stream(part), width, height, 1 if file.channels <= 2 else 3, file.depth).decode()
        count -= len(blocks)
        pixels.update({(16 * top + y, 16 * left + x): pixel for (y, x), pixel in tile.items()})
    require(pixels and count == 0, "has another number of blocks of pixels than it says")
    return pixels


def load(path):
    return Path(path).read_bytes()


def named(path, action):
    """action(), its refusals naming the file."""
    try:
        return action()
    except Refused as reason:
        raise Refused(f"{path}: {reason}") from None
    except (AttributeError, KeyError, TypeError, ValueError) as reason:  # of JSON that is not what it should be
        raise Refused(f"{path}: is damaged: {reason!r}") from None


def decode_file(path, coder):
    def action():
        file = Container(load(path))
        return coder.decode(file), pixels_of(file)

    symbols, pixels = named(path, action)
    print(f"{path}: {len(symbols)} symbols, {sum(symbol != 0 for symbol in symbols)} not zero, and {len(pixels)} pixels, "
          "as their checksums say")


def coders_of_folder(folder):
    """Coders of the models of a folder, by the first bytes of their identities."""
    coders = {}
    for path in sorted(Path(folder).glob("*.safetensors")):
        coder = named(path, lambda path=path: Coder(Model(load(path))))
        coders[coder.model.identity[:8]] = coder
    return coders


def files_of_folder(folder):
    """Each file of a folder with the coder of its model, which lies there too."""
    coders = coders_of_folder(folder)
    files = sorted(Path(folder).glob("*.cnz"))
    require(files, f"{folder}: no .cnz file")
    for path in files:
        identity = named(path, lambda path=path: Container(load(path)).model)
        require(identity in coders, f"{path}: its model is not in the folder")
        yield path, coders[identity]


def main(arguments):
    if len(arguments) == 2:
        model = arguments[1]
        decode_file(arguments[0], named(model, lambda: Coder(Model(load(model)))))
        return
    require(len(arguments) == 1, "usage: decode_symbols.py FILE.cnz MODEL.safetensors | FOLDER")
    for path, coder in files_of_folder(arguments[0]):
        decode_file(path, coder)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Refused, OSError) as reason:
        sys.exit(f"decode_symbols.py: {reason}")
