"""FORMAT.md, section 1.7: what is remembered of the planes decoded so far."""

from basics import clamp
from row_statistics import octaves, quarters, sixteenths


class Picture:
    """What is remembered of the planes decoded so far: numbers, rings, and statistics."""

    MARGIN = 2

    def __init__(self, h, w):
        self.h, self.w, self.stride = h, w, w + 2 * self.MARGIN
        self.nothing = self.empty()
        self.octaves, self.rings, self.numbers = [], [], []  # of each channel
        self.o, self.e = self.empty(), self.empty()
        self.classes = [[0] * 4 for _ in range(24)]
        self.ratios = [(0, 0)] * 24

    def empty(self):
        return [0] * (self.stride * (self.h + 2 * self.MARGIN))

    def at(self, y, x):
        return (y + self.MARGIN) * self.stride + x + self.MARGIN

    def begin_channel(self):
        self.octaves.append(self.empty())
        self.numbers.append(self.empty())
        self.magnitudes = self.empty()
        self.news = [[0] * 4 for _ in range(24)]
        self.plane = [0, 0]

    def add(self, place, u, expected):
        self.octaves[-1][place] = octaves(u)
        self.numbers[-1][place] = clamp(u, -40, 40)
        self.magnitudes[place] = abs(u)
        self.plane[0] += min(abs(u), 64) << 16
        self.plane[1] += expected

    def count(self, v, coded_by):
        news = self.news[coded_by.size // 4]
        news[1] += coded_by.q[0]
        if v != 0:
            news[0] += 1 << 16
            news[3] += coded_by.q[1]
        if abs(v) > 1:
            news[2] += 1 << 16

    def plane_ratio(self):
        return sixteenths(self.plane[0] + (1 << 18)) - sixteenths(self.plane[1] + (1 << 18))

    def energy(self, sums, place):
        near = sums[place - 1] + sums[place + 1] + sums[place - self.stride] + sums[place + self.stride]
        return quarters(4 * sums[place] + near + (1 << 17)) - 68

    def end_channel(self, expected):
        limited = [min(m, 127) for m in self.magnitudes]
        rings = self.empty()
        for y in range(-1, self.h + 1):
            for x in range(-1, self.w + 1):
                place = self.at(y, x)
                square = sum(sum(limited[place + d - 1 : place + d + 2]) for d in (-self.stride, 0, self.stride))
                rings[place] = quarters(1 + square - limited[place])
        self.rings.append(rings)
        for y in range(self.h):
            for x in range(self.w):
                place = self.at(y, x)
                self.o[place] += (min(self.magnitudes[place], 64) << 16) - (self.o[place] >> 4)
                self.e[place] += expected[y * self.w + x] - (self.e[place] >> 4)
        for k, (sums, news) in enumerate(zip(self.classes, self.news)):
            for i in range(4):
                sums[i] += news[i] - (sums[i] >> 5)
            logs = [sixteenths(value + (1 << 19)) for value in sums]
            self.ratios[k] = (logs[0] - logs[1], logs[2] - logs[3])
