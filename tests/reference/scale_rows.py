"""FORMAT.md, sections 1.5 and 1.6: from quality and hyper-latent to rows."""

from operator import mul

from basics import clamp


def curve(knots, columns, column, quality):
    k, r = divmod(quality, 16)
    first = knots[k * columns + column]
    return first if r == 0 else (first * (16 - r) + knots[(k + 1) * columns + column] * r + 8) >> 4


def rounded(value, shift):
    return value if shift == 0 else (value + (1 << (shift - 1))) >> shift


def scale_rows(model, hyper, hz, wz, h, w, quality):
    """Rows of latent symbols, [C][h * w]."""
    channels, hyper_channels = model.config["latent_channels"], model.config["hyper_channels"]
    hidden, count = model.config["scale_hidden"], model.config["scale_rows"]
    shifts = model.get("scale.shifts", 3)
    input_scale = model.get("scale.input_scale", 101, hyper_channels)
    hidden_weight = model.get("scale.hidden_weight", hidden, hyper_channels, 3, 3)
    hidden_bias = model.get("scale.hidden_bias", hidden)
    index_weight = model.get("scale.index_weight", 16 * channels, hidden)
    index_bias = model.get("scale.index_bias", 16 * channels)
    rate_bias = model.get("scale.rate_bias", 101, channels)

    t = []  # [K][hz + 2][wz + 2], zeros around
    for c in range(hyper_channels):
        scale = curve(input_scale, hyper_channels, c, quality)
        plane = [[0] * (wz + 2) for _ in range(hz + 2)]
        for y in range(hz):
            for x in range(wz):
                z = clamp(hyper[c][y * wz + x], -(1 << 20), 1 << 20)
                plane[y + 1][x + 1] = clamp(rounded(z * scale, shifts[0]), -4095, 4095)
        t.append(plane)
    biases = [index_bias[o] + curve(rate_bias, channels, o // 16, quality) for o in range(16 * channels)]
    taps = 9 * hyper_channels
    rows = [[0] * (h * w) for _ in range(channels)]
    for y in range(hz):
        for x in range(wz):
            patch = [t[c][y + dy][x + dx] for c in range(hyper_channels) for dy in range(3) for dx in range(3)]
            a = [bias + sum(map(mul, hidden_weight[i * taps : (i + 1) * taps], patch))
                 for i, bias in enumerate(hidden_bias)]
            g = [clamp(rounded(value, shifts[1]), 0, 4095) for value in a]
            for o, bias in enumerate(biases):
                at_y, at_x = 4 * y + o % 16 // 4, 4 * x + o % 4
                if at_y < h and at_x < w:
                    b = bias + sum(map(mul, index_weight[o * hidden : (o + 1) * hidden], g))
                    rows[o // 16][at_y * w + at_x] = clamp(rounded(b, shifts[2]), 0, count - 1)
    return rows
