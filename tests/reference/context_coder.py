"""FORMAT.md, section 1.7: features, network and decisions."""

from operator import mul

from basics import clamp, divide, require
from row_statistics import RowStatistics, octaves, probability


class Network:
    RATES = (512, 2048)  # of the two linear predictions

    def __init__(self, model, name, channels):
        self.predictors = model.get(name + ".predictors", channels, 16)
        require(all(abs(weight) <= 1 << 18 for weight in self.predictors), "has a predictor out of range")
        self.references = model.get(name + ".references", channels, 20)
        self.first_bias = model.get(name + ".first_bias")
        width = self.width = len(self.first_bias) // channels
        model.get(name + ".first_bias", channels, width)
        require(width % 32 == 0 and 32 <= width <= 256, "has a context network of another width")
        self.first = model.get(name + ".first", channels, 43, width, 2)
        self.second = self.turned(model.get(name + ".second", width // 2, 32, 2), 0, width, 32, 32)
        self.second_bias = model.get(name + ".second_bias", channels, 32)
        self.third = model.get(name + ".third", channels, 16, 8, 2)
        self.third_bias = model.get(name + ".third_bias", channels, 8)
        for biases in (self.first_bias, self.second_bias, self.third_bias):
            require(all(abs(bias) <= 1 << 24 for bias in biases), "has a bias out of range")
        for i, reference in enumerate(self.references):
            require(reference == -1 or 0 <= reference < 5 * (i // 20), "has a reference that is not decoded before")

    @staticmethod
    def turned(weights, at, inputs, outputs, used):
        """Weights of each output, from [inputs / 2][outputs][2] that begin at `at`."""
        return [[weights[at + (j // 2 * outputs + i) * 2 + j % 2] for j in range(inputs)] for i in range(used)]

    def begin_channel(self, c):
        self.first_of = self.turned(self.first, c * 86 * self.width, 86, self.width, self.width)
        self.third_of = self.turned(self.third, c * 32 * 8, 32, 8, 7)
        self.biases = (self.first_bias[c * self.width :][: self.width], self.second_bias[c * 32 :][:32],
                       self.third_bias[c * 8 :][:7])

    def begin_prediction(self, c):
        self.weights = [self.predictors[16 * c : 16 * c + 16] for _ in self.RATES]
        self.pending = []

    def predict(self, place, inputs):
        """The number expected, in units of 1/256, by each of the weights that the fronts before left."""
        values = [clamp(sum(map(mul, u, inputs)) >> 8, -10240, 10240) for u in self.weights]
        self.pending.append((place, inputs, values))
        return values

    def adapt(self, numbers):
        """At the end of a front; numbers: of the channel, limited."""
        for place, inputs, values in self.pending:
            energy = sum(v * v for v in inputs)
            if energy == 0:
                continue
            for r, (rate, value) in enumerate(zip(self.RATES, values)):
                step = divide(clamp(256 * numbers[place] - value, -2048, 2048) * rate, energy + 16)
                self.weights[r] = [clamp(u + (step * v >> 6), -(1 << 18), 1 << 18)
                                   for u, v in zip(self.weights[r], inputs)]
        self.pending = []

    def corrections(self, features):
        def layer(weights, biases, inputs, shift, low, high):
            return [clamp((bias + sum(map(mul, row, inputs))) >> shift, low, high)
                    for row, bias in zip(weights, biases)]

        a = layer(self.first_of, self.biases[0], features, 6, 0, 255)
        b = layer(self.second, self.biases[1], a, 6, 0, 255)
        return layer(self.third_of, self.biases[2], b, 3, -8191, 8191)


class ContextCoder:
    def __init__(self, table, trellis, network, rows):
        """rows: how many there are of r; the table may hold those of a trellis behind them."""
        self.network = network
        self.statistics = [RowStatistics(row, trellis, trellis.quantizer_of(i) if trellis else 0)
                           for i, row in enumerate(table)]
        self.first = [self.statistics[trellis.coding_row(r, 0) if trellis and trellis.takes_part(r) else r]
                      for r in range(rows)]

    def features(self, picture, c, y, x, rows, quality, plane):
        w, h, place, stride = picture.w, picture.h, picture.at(y, x), picture.stride
        r = rows[y * w + x]
        own = self.first[r]
        places = (0, 1, stride, -1, -stride)  # the position, east, south, west, north
        here = picture.octaves[c]

        def seen(planes, reference):
            return 0 if reference < 0 else planes[reference // 5][place + places[reference % 5]]

        references = self.network.references[20 * c : 20 * c + 20]
        near = [here[place + d] for d in (-1, -stride, -stride - 1, -stride + 1, -2, -2 * stride)]
        signed = [seen(picture.octaves, reference) for reference in references[:12]]
        f = near + [abs(v) for v in near] + signed + [abs(v) for v in signed]
        for reference in references[:4]:
            around = picture.nothing if reference < 0 else picture.octaves[reference // 5]
            f += [around[place + d] for d in places[1:]]
        f += [abs(seen(picture.octaves, reference)) for reference in references[12:]]
        f += [seen(picture.rings, reference) for reference in references[12:]]
        for at_y, at_x in ((y, x - 1), (y - 1, x), (y, x + 1), (y + 1, x)):
            inside = 0 <= at_y < h and 0 <= at_x < w
            f.append(clamp(rows[at_y * w + at_x] - r, -32, 32) if inside else 0)
        numbers = picture.numbers[c]
        inputs = [numbers[place + d] for d in (-1, -stride, -stride - 1, -stride + 1)]
        inputs += [seen(picture.numbers, reference) for reference in references[:12]]
        for value in self.network.predict(place, inputs):
            predicted = octaves(divide(value, 16))
            f += [predicted, abs(predicted)]
        observed, expected = picture.energy(picture.o, place), picture.energy(picture.e, place)
        f += [observed, expected, observed - expected]
        f += [divide(own.size - 48, 2), divide(own.g[0], 8), divide(own.g[1], 8)]
        f += [plane, *picture.ratios[own.size // 4], divide(quality - 800, 32)]
        return [clamp(v, -127, 127) for v in f]

    @staticmethod
    def decode(stream, statistics, p, d):
        m = 0
        while m < 14 and stream.decision(probability(statistics.g[m] + d[3 * p + min(m, 2)])):
            m += 1
        if m == 0:
            return 0
        if m == 14:
            e = 0
            while e < 20 and stream.decision(probability(statistics.x[e])):
                e += 1
            m = min(13 + (1 << e) + stream.raw(e), 1 << 20)
        return -m if stream.decision(probability(statistics.s + d[6])) else m
