"""FORMAT.md, section 2.5, "Samples" and "Preview": from what the network gives to the picture."""

import numpy as np

from basics import require
from png import read_png


def picture_of_png(data):
    """Samples as integers, [row][column][channel], and the bits of each."""
    width, height, channels, depth, samples = read_png(data)
    kind = ">u2" if depth == 16 else "u1"
    return np.frombuffer(samples, kind).reshape(height, width, channels).astype(np.int64), depth


def means_of_squares(samples):
    """Means of 8 x 8 samples [row][column] and of what is left at the right and at the bottom, halves rounded up."""
    def sums(values):
        rows = np.add.reduceat(values, range(0, values.shape[0], 8), 0)
        return np.add.reduceat(rows, range(0, values.shape[1], 8), 1)

    counts = sums(np.ones_like(samples))
    return (sums(samples) + counts // 2) // counts


def undone(s, preprocessing):
    brightness, contrast, *gain = preprocessing
    return np.clip(((s - brightness - 1 / 2) / contrast + 1 / 2) / np.reshape(gain, (3, 1, 1)), 0, 1)


def alpha_of(file, shrunk, largest, shape):
    if file.alpha is None:
        return np.full(shape, largest)
    alpha, depth = picture_of_png(file.alpha)
    require(alpha.shape == (file.height, file.width, 1) and depth == file.depth,
            "has alpha that does not fit the picture")
    return means_of_squares(alpha[:, :, 0]) if shrunk > 1 else alpha[:, :, 0]


def laid_over(planes, pixels, file, shrunk, undo):
    """Puts what is coded as pixels, of pixels_of(file), over the planes of a picture."""
    colours = np.zeros((len(planes), file.height, file.width))
    coded = np.zeros((file.height, file.width), bool)
    for (y, x), pixel in pixels.items():
        colours[:, y, x], coded[y, x] = pixel, True
    largest = (1 << file.depth) - 1
    if undo and file.preprocessing:
        s = undone(np.broadcast_to(colours, (3, *coded.shape)) / largest, file.preprocessing)
        colours = integers(s if len(planes) == 3 else s.mean(axis=0, keepdims=True), largest)
    coded = coded[::shrunk, ::shrunk]  # 16, the side of a block, is a multiple of shrunk
    for plane, colour in zip(planes, colours.astype(np.int64)):
        plane[coded] = (means_of_squares(colour) if shrunk > 1 else colour)[coded]


def integers(s, largest):
    return np.floor(np.clip(s, 0, 1) * largest + 1 / 2).astype(np.int64)


def picture_of(s, file, pixels, shrunk=1, undo=False):
    """Integers [row][column][channel] of s, [R, G, B][row][column] at 1 / shrunk of the file's resolution."""
    sides = (file.width, file.height) if file.transposed else (file.height, file.width)
    rows, columns = (-(-side // shrunk) for side in sides)
    s = s[:, :rows, :columns]
    if undo and file.preprocessing:
        s = undone(s, file.preprocessing)
    if file.transposed:
        s = s.transpose(0, 2, 1)
    if file.mirrored:
        s = s[:, :, ::-1]
    if file.channels <= 2:
        s = s.mean(axis=0, keepdims=True)
    largest = (1 << file.depth) - 1
    planes = list(integers(s, largest))
    laid_over(planes, pixels, file, shrunk, undo)
    if file.channels % 2 == 0:
        planes.append(alpha_of(file, shrunk, largest, planes[0].shape))
    return np.stack(planes, axis=2)
