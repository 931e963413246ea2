"""FORMAT.md, section 2.5: from values of the latent to samples in 0..1, in double precision."""

import numpy as np

from basics import require


def shuffle(s, v):
    channels, h, w = v.shape
    squares = v.reshape(channels // s**2, s, s, h, w)
    return squares.transpose(0, 3, 1, 4, 2).reshape(channels // s**2, s * h, s * w)


def twice(v):
    return v.repeat(2, axis=1).repeat(2, axis=2)


def means8(v):
    channels, h, w = v.shape
    return v.reshape(channels, h // 8, 8, w // 8, 8).mean(axis=(2, 4))


def leaky(v):
    return np.maximum(v, v / 10)


def relu(v):
    return np.maximum(v, 0)


def around(v):
    """The nine maps that a 3x3 kernel sees, by dy and dx, zeros beyond the borders."""
    h, w = v.shape[1:]
    padded = np.pad(v, ((0, 0), (1, 1), (1, 1)))
    return [[padded[:, dy : dy + h, dx : dx + w] for dx in range(3)] for dy in range(3)]


class Layers:
    """Layers of one model at one quality."""

    def __init__(self, model, quality):
        self.model, self.quality = model, quality

    def tensor(self, name, *shape):
        name = "weights." + name
        values = self.model.get(name, *shape)
        require(self.model.types[name] in ("F16", "F32"), f"has a tensor '{name}' of another type")
        kind = np.float16 if self.model.types[name] == "F16" else np.float32
        return np.frombuffer(values, kind).reshape(shape).astype(np.float64)

    def column(self, name, channels):
        """A tensor [1, channels, 1, 1] as a vector that maps can be multiplied with."""
        return self.tensor(name, 1, channels, 1, 1)[0]

    def vector(self, name, channels):
        count = self.model.config["rate_knots"]
        knots = self.tensor(name + ".log_knots", count, channels)
        t = (count - 1) * self.quality / 1600
        k = min(int(t), count - 2)
        logarithms = (k + 1 - t) * knots[k] + (t - k) * knots[k + 1]
        return np.exp(np.clip(logarithms, -80, 80)).reshape(channels, 1, 1)

    def bias(self, name, channels):
        return self.tensor(name + ".bias", channels).reshape(channels, 1, 1)

    def conv1(self, name, v, channels):
        weight = self.tensor(name + ".weight", channels, len(v), 1, 1)[:, :, 0, 0]
        return self.bias(name, channels) + np.tensordot(weight, v, 1)

    def conv3(self, name, v, channels):
        weight, near = self.tensor(name + ".weight", channels, len(v), 3, 3), around(v)
        return self.bias(name, channels) + sum(
            np.tensordot(weight[:, :, dy, dx], near[dy][dx], 1) for dy in range(3) for dx in range(3))

    def own3(self, name, v):
        weight, near = self.tensor(name + ".weight", len(v), 1, 3, 3), around(v)
        return self.bias(name, len(v)) + sum(
            weight[:, :, dy, dx, np.newaxis] * near[dy][dx] for dy in range(3) for dx in range(3))

    def block(self, name, v):
        channels = len(v)
        mixed = self.own3(name + ".mix_depthwise", leaky(self.conv1(name + ".mix_in", v, channels)))
        r = v + self.conv1(name + ".mix_out", mixed, channels)
        both = self.conv1(name + ".gate_in", r, 2 * channels)
        a, b = both[:channels], both[channels:]
        return r + self.conv1(name + ".gate_out", a * np.clip(b, 0, 2), channels)


class Fast:
    def __init__(self, model, quality):
        self.layers, self.config = Layers(model, quality), model.config
        self.channels = model.config["latent_channels"]

    def mean(self, z):
        """[C, 4 hz, 4 wz] from the symbols of the hyper-latent [K, hz, wz]."""
        layers, width = self.layers, self.config["hyper_width"]
        a = layers.conv3("hyper_synthesis.0", z / layers.vector("hyper_gain", len(z)), width)
        a = layers.block("hyper_synthesis.2", shuffle(2, layers.conv1("hyper_synthesis.1.expand", a, 4 * width)))
        a = layers.block("hyper_synthesis.4", shuffle(2, layers.conv1("hyper_synthesis.3.expand", a, 4 * width)))
        factors = layers.column("deviation", self.channels) * layers.vector("gain", self.channels)
        return self.config["mean_scale"] * factors * layers.conv1("hyper_synthesis.5", a, self.channels)

    def natural(self, latent):
        return latent * self.layers.vector("step", self.channels)

    def linear(self, n):
        return shuffle(16, self.layers.conv1("synthesis.linear", n, 768))

    def bounded(self, stage, count, bound, f):
        for i in range(count):
            f = np.clip(self.layers.block(f"synthesis.{stage}.{i}", f), -bound, bound)
        return f

    def samples(self, latent):
        """[3, 16 h, 16 w] from the latent [C, h, w]."""
        layers = self.layers
        (w8, w16), (n8, n16) = self.config["widths"], self.config["synthesis_blocks"]
        b8, b16 = self.config["feature_bounds"]
        n = self.natural(latent)
        f = layers.conv1("synthesis.stem", n / layers.column("synthesis.deviation", self.channels), w16)
        f = self.bounded("blocks16", n16, b16, f)
        f = layers.vector("synthesis.rate", w8) * shuffle(2, layers.conv1("synthesis.up.expand", f, 4 * w8))
        f = self.bounded("blocks8", n8, b8, f)
        head = shuffle(8, layers.conv1("synthesis.head", f, 192))
        return self.linear(n) + self.config["pixel_scale"] * head + 1 / 2

    def preview(self, latent):
        """[3, 2 h, 2 w]."""
        return means8(self.linear(self.natural(latent))) + 1 / 2


class Classic:
    def __init__(self, model, quality):
        self.layers, self.config = Layers(model, quality), model.config

    def samples(self, latent):
        layers, widths = self.layers, self.config["widths"]
        require(len(widths) == 4, "has other than four widths")
        f = relu(layers.conv1("bottleneck_out", latent * layers.vector("step", len(latent)), widths[3]))
        for i in (3, 2, 1):
            f = relu(layers.conv3(f"decoder{i}", twice(f), widths[i - 1]))
        return layers.conv3("decoder0", twice(f), 3) + 1 / 2

    def preview(self, latent):
        return means8(self.samples(latent))


def network_of(model, quality):
    kinds = {"fast": Fast, "classic": Classic}
    require(model.config["architecture"] in kinds, "has another architecture")
    return kinds[model.config["architecture"]](model, quality)
