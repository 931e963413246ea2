"""FORMAT.md, sections 1.1 and 1.2: the container."""

import struct

from basics import require
from checksums import checksum


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        require(self.at + count <= len(self.data), "ends early")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, count):
        return int.from_bytes(self.take(count), "little")

    def leb(self):
        value = shift = 0
        while True:
            byte = self.number(1)
            value |= (byte & 127) << shift
            if byte < 128:
                require(value < 1 << 32 and (byte > 0 or shift == 0), "a number in LEB128 is too long")
                return value
            shift += 7
            require(shift < 35, "a number in LEB128 is too long")


class Container:
    def __init__(self, data):
        reader = Reader(data)
        require(reader.take(4) == b"\x89CNZ", "is not a .cnz file")
        require(reader.number(1) == 1, "is of another version")
        flags = reader.number(1)
        require(flags >> 5 & 1 == 0, "has a reserved bit set")
        self.channels, self.depth = (flags & 3) + 1, 8 << (flags >> 2 & 1)
        self.context, self.mirrored, self.transposed = flags >> 4 & 1, flags >> 6 & 1, flags >> 7
        self.width, self.height = reader.leb(), reader.leb()
        require(self.width >= 1 and self.height >= 1, "holds an empty picture")
        require(self.width * self.height <= 1 << 28, "holds a picture beyond the limit")
        self.quality = reader.number(2)
        require(self.quality <= 1600, "has a quality out of range")
        self.tile, self.coarse_channels = reader.number(1), reader.number(1)
        self.model = reader.take(8)
        self.preprocessing = None
        if flags >> 3 & 1:
            self.preprocessing = values = struct.unpack("<5f", reader.take(20))
            require(-1 <= values[0] <= 1 and all(struct.unpack("<f", struct.pack("<f", 0.1))[0] <= v <= 10
                                                 for v in values[1:]), "has preprocessing out of range")
            require(values != (0, 1, 1, 1, 1), "has preprocessing that changes nothing")
        end = reader.at
        require(reader.number(4) == checksum(data[:end]), "has a damaged header")

        self.coarse, self.pixels, self.detail, self.alpha, before = None, None, None, None, 0
        while True:
            begin = reader.at
            kind = reader.number(1)
            if kind == 0:
                break
            payload = reader.take(reader.leb())
            end = reader.at
            require(reader.number(4) == checksum(data[begin:end]), "has a damaged section")
            require(kind > before, "has sections out of order")
            known = kind in (1, 2, 3, 4, 0x81, 0x82, 0x83)
            require(known or kind >= 128, "has a section that is not known")
            require(payload or not known or kind == 3, "has an empty section")
            require(kind != 4 or flags & 1, "has alpha without a channel for it")
            before = kind
            if kind == 1:
                self.coarse = payload
            elif kind == 2:
                self.pixels = payload
            elif kind == 3:
                self.detail = payload
            elif kind == 4:
                self.alpha = payload
        require(reader.at == len(data), "goes on behind its end mark")
        require(self.coarse is not None, "has no section 'coarse'")
        require((self.detail is not None) == (self.coarse_channels > 0), "has a section 'detail' too many or too few")

    def latent_size(self):
        """h and w of section 1.3."""
        sides = (self.width, self.height) if self.transposed else (self.height, self.width)
        return tuple(-(-side // 16) for side in sides)
