"""PNG as the standard library can read it: 8 or 16 bits, grey or RGB with alpha or without, not interlaced."""

import struct
import zlib

from basics import Refused, require

CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}  # by colour type


def chunks(data):
    require(data.startswith(b"\x89PNG\r\n\x1a\n"), "is not a PNG")
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        require(data[at + 8 + length : at + 12 + length] == struct.pack(">I", zlib.crc32(kind + content)),
                "is a damaged PNG")
        yield kind, content
        at += 12 + length


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


# What is added to a byte, of the byte to the left, the one above, and the one above to the left.
FILTERS = (lambda a, b, c: 0, lambda a, b, c: a, lambda a, b, c: b, lambda a, b, c: (a + b) // 2, paeth)


def read_png(data):
    """Width, height, channels, bits a sample, and samples as bytes, [row][column][channel], 16 bits big-endian."""
    head, packed = None, b""
    for kind, content in chunks(data):
        if kind == b"IHDR":
            head = struct.unpack(">IIBBBBB", content)
        if kind == b"IDAT":
            packed += content
    require(head is not None, "is a PNG without a header")
    width, height, depth, colour, *rest = head
    require(depth in (8, 16) and colour in CHANNELS and rest == [0, 0, 0], "is a PNG of another kind")
    pixel = CHANNELS[colour] * depth // 8
    row_size = pixel * width
    try:
        rows = zlib.decompress(packed)
    except zlib.error as reason:
        raise Refused(f"is a damaged PNG: {reason}") from None
    require(len(rows) == height * (1 + row_size), "is a PNG of another size")
    above, samples = bytes(pixel + row_size), bytearray()
    for begin in range(0, len(rows), 1 + row_size):
        require(rows[begin] < len(FILTERS), "is a PNG with an unknown filter")
        predicted = FILTERS[rows[begin]]
        row = bytearray(pixel)  # zeros to the left
        for i, byte in enumerate(rows[begin + 1 : begin + 1 + row_size]):
            row.append((byte + predicted(row[i], above[i + pixel], above[i])) & 255)
        samples += row[pixel:]
        above = row
    return width, height, CHANNELS[colour], depth, bytes(samples)
