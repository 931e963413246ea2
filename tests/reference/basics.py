"""Refusals, and arithmetic that several modules need."""


class Refused(Exception):
    """What a file holds is not what the format says."""


def require(condition, reason):
    if not condition:
        raise Refused(reason)


def clamp(value, low, high):
    return low if value < low else high if value > high else value


def divide(a, b):
    """a / b rounded towards zero."""
    return a // b if a >= 0 else -(-a // b)


def sign(value):
    return (value > 0) - (value < 0)


def floor_log2(value):
    return value.bit_length() - 1
