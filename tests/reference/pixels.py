"""FORMAT.md, section 1.9: blocks of the picture that are coded by themselves."""

import struct

from basics import clamp, floor_log2, require
from checksums import checksum
from row_statistics import STRETCH, probability

MASK32 = (1 << 32) - 1
SUGGESTIONS = 10
# Where the twelve numbers of the surroundings lie, as (dx, dy).
PLACES = {"w": (-1, 0), "n": (0, -1), "nw": (-1, -1), "ne": (1, -1), "ww": (-2, 0), "nn": (0, -2), "nee": (2, -1),
          "nww": (-2, -1), "nne": (1, -2), "nnw": (-1, -2), "www": (-3, 0), "nnn": (0, -3)}


def mixed(a, b):
    """hash(a, b)."""
    g = (a * 0x9E3779B1 ^ (b + 0x7F4A7C15) * 0x85EBCA6B) & MASK32
    g = (g ^ g >> 15) * 0xC2B2AE35 & MASK32
    return g ^ g >> 13


class Adaptive:
    """An adaptive probability."""

    def __init__(self):
        self.q, self.m = 32768, 0

    def learn(self, b):
        rate = 20 * 65536 // (20 * self.m + 27)
        self.q = clamp(self.q + ((65535 * b - self.q) * rate >> 16), 32, 65503)
        self.m = min(self.m + 1, 60)

    def logit(self):
        return STRETCH[self.q >> 2] * (0, 48, 58, 62, 64)[min(self.m, 4)] >> 6

    def decide(self, stream):
        b = int(stream.decision(self.q))
        self.learn(b)
        return b


class Table(dict):
    """Adaptive probabilities by their numbers modulo 2^15."""

    def at(self, number):
        return self.setdefault(number & 32767, Adaptive())


class Mixer:
    """A kind of mixed decision."""

    def __init__(self, contexts, sets):
        self.tables = [Table() for _ in range(contexts)]
        self.weights = [[22938] * contexts for _ in range(sets)]

    def decide(self, stream, weight_set, *contexts):
        weights = self.weights[weight_set]
        chosen = [table.at(x) for table, x in zip(self.tables, contexts, strict=True)]
        logits = [adaptive.logit() for adaptive in chosen]
        q = probability(sum(l * u for l, u in zip(logits, weights)) >> 16)
        b = int(stream.decision(q))
        for i, (l, adaptive) in enumerate(zip(logits, chosen)):
            weights[i] = clamp(weights[i] + (3 * l * (65536 * b - q) + (1 << 14) >> 15), -(1 << 20), 1 << 20)
            adaptive.learn(b)
        return b


class Memory(dict):
    """[first, second, trust] by hash."""

    def at(self, hashed):
        return self.setdefault(hashed & 65535, [0, 0, 0])

    def learn(self, hashed, c):
        entry = self.at(hashed)
        first, second, trust = entry
        if c == first:
            entry[2] = min(trust + 1, 15)
        elif c == second:
            entry[:] = second, first, 0
        elif trust >= 4:
            entry[1:] = c, trust // 2
        else:
            entry[:] = c, first, 0


class Around:
    """What a pixel sees."""

    def __init__(self, numbers, y, x):
        for name, (dx, dy) in PLACES.items():
            setattr(self, name, numbers.get((y + dy, x + dx), 0))
        self.h2 = mixed(self.w, self.n)
        self.h4 = mixed(mixed(self.h2, self.nw), self.ne)
        self.h6 = mixed(mixed(self.h4, self.ww), self.nn)
        self.h12 = self.h6
        for name in ("nee", "nww", "nne", "nnw", "www", "nnn"):
            self.h12 = mixed(self.h12, getattr(self, name))
        pairs = ((self.w, self.n), (self.n, self.nw), (self.n, self.ne), (self.w, self.nw), (self.ww, self.w),
                 (self.nn, self.n))
        self.a = sum((left == right) << i for i, (left, right) in enumerate(pairs))

    def flat(self):
        return self.w if all(getattr(self, name) == self.w for name in PLACES) else 0


class Colours:
    """Colours as tuples of samples in the order of their bits: G, R, B, or the one."""

    def __init__(self, depth, samples):
        self.depth, self.bits = depth, depth * samples
        self.known = [None]
        self.numbers = {}
        self.least = {}  # (length, the first bits of colours): the least number of a colour that begins so

    def add(self, colour):
        require(colour not in self.numbers, "has a known colour as a new one")
        self.numbers[colour] = number = len(self.known)
        self.known.append(colour)
        bits = 0
        for sample in colour:
            bits = bits << self.depth | sample
        for length in range(self.bits + 1):
            self.least.setdefault((length, bits >> (self.bits - length)), number)
        return number

    def walk(self, decide):
        """The number that decide(bit, g) leads to."""
        require(len(self.known) > 1, "has a known colour before the first one")
        bits = 0
        for i in range(self.bits):
            zero, one = (self.least.get((i + 1, 2 * bits + b)) for b in (0, 1))
            bits = 2 * bits + (decide(i, max(zero, one)) if zero and one else int(one is not None))
        return self.least[self.bits, bits]


class Decoder:
    """One stream."""

    def __init__(self, stream, width, height, samples, depth):
        self.stream, self.width, self.height, self.samples, self.depth = stream, width, height, samples, depth
        self.colours, self.numbers = Colours(depth, samples), {}
        self.flats, self.memories = Table(), [Memory() for _ in range(3)]
        self.suggested, self.known = Mixer(7, 64), Mixer(5, 1)
        self.branches, self.residuals = Mixer(7, 48), Mixer(5, 192)
        self.flags = self.last = 0

    def decode(self):
        """The pairs (row, column) of coded blocks, and {(y, x): (R, G, B) or (grey,)}."""
        blocks, odds = set(), [Adaptive() for _ in range(16)]
        for row in range(-(-self.height // 16)):
            for column in range(-(-self.width // 16)):
                around = ((row, column - 1), (row - 1, column), (row - 1, column - 1), (row - 1, column + 1))
                if odds[sum((block in blocks) << i for i, block in enumerate(around))].decide(self.stream):
                    blocks.add((row, column))
        pixels = {}
        for y in range(self.height):
            for x in range(self.width):
                if (y // 16, x // 16) in blocks:
                    self.numbers[y, x] = number = self.number(Around(self.numbers, y, x))
                    colour = self.colours.known[number]
                    pixels[y, x] = (colour[1], colour[0], colour[2]) if self.samples == 3 else colour
        flat = [sample for pixel in pixels.values() for sample in pixel]
        self.stream.finish(checksum(struct.pack(f"<{len(flat)}H", *flat)))
        return blocks, pixels

    def number(self, around):
        flat = around.flat()
        if flat and self.flats.at(flat).decide(self.stream):
            return flat
        number = self.suggestion(around, flat)
        for memory, hashed in zip(self.memories, (around.h12, around.h6, around.h2)):
            memory.learn(hashed, number)
        return number

    def suggestion(self, around, flat):
        entries = [memory.at(hashed)
                   for memory, hashed in zip(self.memories, (around.h12, around.h6, around.h2))]
        s = [entry[0] for entry in entries] + [around.w, around.n, around.nw, around.ne]
        s += [entry[1] for entry in entries]
        t = [min(1 + trust, 7) if first else 0 for first, _, trust in entries]
        k, asked = 0, {0, flat}
        for c in s:
            if c in asked:
                continue
            asked.add(c)
            v = sum((s[j] == c) << j for j in range(SUGGESTIONS))
            if self.suggested.decide(self.stream, 8 * min(k, 7) + t[0], 1024 * k + v, mixed(around.h4, k),
                                     mixed(around.h12, k), mixed(8 * v + t[0], 64 * k + 8 * t[1] + t[2]),
                                     mixed(c, around.w) + k, mixed(around.h6, k), mixed(around.a + 64 * k, v)):
                return c
            k += 1
        f = self.flags
        known = self.known.decide(self.stream, 0, f, mixed(around.a, f % 8), mixed(around.h2, 1),
                                  mixed((k - 1) & MASK32, around.a), mixed(around.w, 2))
        self.flags = (2 * f + known) % 256
        self.last = self.known_colour(around) if known else self.new_colour(around)
        require(self.last not in asked, "has a colour that it has refused")
        return self.last

    def known_colour(self, around):
        def decide(bit, g):
            return self.branches.decide(self.stream, bit, g, mixed(g, around.w), mixed(g, around.n + (1 << 24)),
                                        mixed(g, around.h2), mixed(g, self.last + (1 << 25)),
                                        mixed(g, mixed(around.h2, around.nw)), mixed(g, mixed(around.w, around.ww)))

        return self.colours.walk(decide)

    def new_colour(self, around):
        def logarithm(distance):
            return min(floor_log2(1 + (distance >> (self.depth - 8))), 7)

        numbers = (around.w, around.n, around.nw, around.ne)
        instead = next((number for number in numbers if number), 0)
        colour, correction, before, most = [], 0, 0, (1 << self.depth) - 1
        for p in range(self.samples):
            if instead:
                w, n, nw, ne = (self.colours.known[number or instead][p] for number in numbers)
            else:
                w = n = nw = ne = 1 << (self.depth - 1)
            median = clamp(w + n - nw, min(w, n), max(w, n))
            z = self.residual(around, p, logarithm(abs(w - nw) + abs(n - nw) + abs(n - ne)), logarithm(before),
                              mixed(w, n))
            sample = clamp(median + correction, 0, most) + z
            require(0 <= sample <= most, "has a sample out of range")
            if p == 0:
                correction = sample - median
            before = abs(z)
            colour.append(sample)
        return self.colours.add(tuple(colour))

    def residual(self, around, p, a, b, neighbours):
        def decide(i):
            return self.residuals.decide(self.stream, 64 * p + i, i + 64 * a + 512 * p, i + 64 * b + 512 * p,
                                         mixed(neighbours, i + 64 * p), mixed(a + 8 * b + 64 * p, i),
                                         mixed(around.h2, i + 64 * p))

        if decide(0):
            return 0
        negative, e = decide(1), 0
        while e < 16 and decide(2 + e):
            e += 1
        magnitude, left = 1, e
        for first in (20, 38):
            if left > 0:
                magnitude, left = 2 * magnitude + decide(first + e), left - 1
        magnitude = magnitude << left | self.stream.raw(left)
        return -magnitude if negative else magnitude
