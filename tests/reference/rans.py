"""FORMAT.md, section 1.4: tables and streams."""

import struct
from bisect import bisect_right

from basics import require


class Row:
    def __init__(self, offset, frequencies):
        self.offset, self.frequencies = offset, frequencies
        require(2 <= len(frequencies) <= 4096 and min(frequencies) >= 1, "has a table with an impossible row")
        self.starts, total = [], 0
        for frequency in frequencies:
            self.starts.append(total)
            total += frequency
        require(total == 65536, "has a table with a row that does not sum to 65536")
        require(offset >= -(1 << 20) and offset + len(frequencies) - 2 <= 1 << 20, "has a symbol beyond 2^20")


def read_table(model, name, rows):
    frequencies, at, table = model.get(name + ".frequencies"), 0, []
    for offset, length in zip(model.get(name + ".offsets", rows), model.get(name + ".lengths", rows)):
        table.append(Row(offset, frequencies[at : at + length]))
        at += length
    require(at == len(frequencies), f"has a table '{name}' with frequencies left")
    return table


class Stream:
    """One stream; `detail` is the part of it that is read behind the cut."""

    def __init__(self, data, detail=b""):
        require(len(data) >= 8 and len(data) % 2 == len(detail) % 2 == 0, "has a stream of an impossible length")
        self.states = list(struct.unpack_from("<2I", data))
        require(min(self.states) >= 65536, "has a stream that begins with an impossible state")
        self.words = struct.unpack_from(f"<{len(data) // 2 - 4}H", data, 8)
        self.detail = struct.unpack(f"<{len(detail) // 2}H", detail)
        self.next = self.steps = 0

    def slot(self):
        return self.states[self.steps & 1] & 65535

    def step(self, start, frequency):
        lane = self.steps & 1
        x = frequency * (self.states[lane] >> 16) + self.slot() - start
        if x < 65536:
            require(self.next < len(self.words), "has a stream that ends early")
            x = x << 16 | self.words[self.next]
            self.next += 1
        self.states[lane] = x
        self.steps += 1

    def raw(self, count):
        value = 0
        while count > 0:
            group = min(count, 16)
            bits = self.slot() >> (16 - group)
            self.step(bits << (16 - group), 1 << (16 - group))
            value = value << group | bits
            count -= group
        return value

    def decision(self, q):
        one = self.slot() < q
        self.step(0 if one else q, q if one else 65536 - q)
        return one

    def symbol(self, row):
        entry = bisect_right(row.starts, self.slot()) - 1
        self.step(row.starts[entry], row.frequencies[entry])
        last = len(row.frequencies) - 1
        if entry < last:
            return row.offset + entry
        negative, e = divmod(self.raw(6), 32)
        require(e <= 21, "has an escape out of range")
        d = (1 << e) + self.raw(e)
        symbol = row.offset - d if negative else row.offset + last - 1 + d
        require(abs(symbol) <= 1 << 20, "has a symbol out of range")
        return symbol

    def cut(self):
        require(self.next == len(self.words), "has a stream with words left in front of its cut")
        self.words, self.detail, self.next = self.detail, (), 0

    def finish(self, checksum):
        require(self.next == len(self.words) and not self.detail, "has a stream with words left at its end")
        high, low = divmod(checksum, 65536)
        require(self.states == [65536 + low, 65536 + high], "holds something else than the checksum of a stream says")
