"""FORMAT.md, section 1.8: dependent symbols."""

from basics import require, sign


class Trellis:
    CODES = {32: (9, 4), 64: (33, 20), 128: (57, 106), 256: (101, 158), 512: (39, 322), 1024: (393, 982)}

    def __init__(self, facts, rows):
        require(len(facts) >= 2, "has a trellis of another size")
        self.rows, self.first, self.states, self.steps = rows, facts[0], facts[1], facts[2:]
        require(0 <= self.first < rows and self.states in self.CODES, "has a trellis out of range")
        require(len(self.steps) == rows - self.first and all(1 <= step <= 4096 for step in self.steps),
                "has steps out of range")

    def takes_part(self, row):
        return row >= self.first

    def coding_row(self, row, p):
        return self.rows + 2 * (row - self.first) + p

    def quantizer_of(self, coding_row):
        return (coding_row - self.rows) & 1 if coding_row >= self.rows else 0

    def quantizer(self, state):
        return int(2 * state >= self.states)

    def after(self, state, symbol):
        a, b = self.CODES[self.states]
        return (2 * state) % self.states ^ (a if self.quantizer(state) else 0) ^ (b if symbol & 1 else 0)

    def value(self, row, p, symbol):
        """What a symbol that takes part stands for."""
        return (2 * symbol - p * sign(symbol)) * self.steps[row - self.first] / 1024
