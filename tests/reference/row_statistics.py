"""FORMAT.md, section 1.7: logarithms, logits, and what a row says of its symbols."""

from basics import clamp, floor_log2, sign


def log(value, bits):
    e = floor_log2(value)
    return (e << bits) + ((value << bits >> e) & ((1 << bits) - 1))


def quarters(value):
    return log(value, 2)


def sixteenths(value):
    return log(value, 4)


OCTAVES = [quarters(1 + u) for u in range(128)]


def octaves(u):
    return sign(u) * OCTAVES[min(abs(u), 127)]


def logistic_tables():
    squash, power = {}, 1 << 32
    for i in range(2816):
        squash[i] = min((1 << 48) // ((1 << 32) + power), 65520)
        squash[-i] = 65536 - squash[i]
        power = power * 4278222805 >> 32
    stretch, i = [], -2815
    for cell in range(1 << 14):
        while i < 2815 and squash[i] < 4 * cell + 2:
            i += 1
        stretch.append(i)
    return squash, stretch


SQUASH, STRETCH = logistic_tables()


def probability(logit):
    return SQUASH[clamp(logit, -2815, 2815)]


def share(a, b):
    return 65535 * a // max(b, 1)


def logit(a, b):
    return STRETCH[share(a, b) >> 2] if b else 0


class RowStatistics:
    """What a row says of its symbols. trellis: None where numbers are the symbols themselves."""

    def __init__(self, row, trellis, p):
        n = len(row.frequencies)
        histogram = [0] * (2 + max(abs(row.offset), row.offset + n - 1))
        sum_of_symbols = self.e = negative = 0
        for i, frequency in enumerate(row.frequencies):
            if i == n - 1:
                histogram[max(abs(row.offset), row.offset + n - 1)] += frequency
                break
            m = abs(row.offset + i)
            histogram[m] += frequency
            u = m if trellis is None else 2 * m - (p if m > 0 else 0)
            sum_of_symbols += frequency * min(m, 64)
            self.e += frequency * min(u, 64)
            if row.offset + i < 0:
                negative += frequency
        for k in range(len(histogram) - 2, -1, -1):
            histogram[k] += histogram[k + 1]

        def above(k):
            return histogram[k] if k < len(histogram) else 0

        self.g = [logit(above(k + 1), above(k)) for k in range(14)]
        self.x = [logit(above(13 + 2 ** (e + 1)), above(13 + 2**e)) for e in range(20)]
        self.s = logit(negative, above(1) - row.frequencies[-1])
        self.q = (share(above(1), above(0)), share(above(2), above(1)))
        self.size = min(quarters(max(sum_of_symbols, 1)), 95)
