"""The checksums of FORMAT.md, conventions: XXH64 with seed 0, its low half."""

import struct

MASK64 = (1 << 64) - 1
PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)


def rotated(value, count):
    return (value << count | value >> (64 - count)) & MASK64


def xxh64(data):
    p1, p2, p3, p4, p5 = PRIMES

    def mixed(lane, value):
        return rotated((lane + value * p2) & MASK64, 31) * p1 & MASK64

    at = 0
    if len(data) >= 32:
        lanes = [(p1 + p2) & MASK64, p2, 0, -p1 & MASK64]
        while at + 32 <= len(data):
            lanes = [mixed(lane, value) for lane, value in zip(lanes, struct.unpack_from("<4Q", data, at))]
            at += 32
        result = sum(rotated(lane, count) for lane, count in zip(lanes, (1, 7, 12, 18))) & MASK64
        for lane in lanes:
            result = ((result ^ mixed(0, lane)) * p1 + p4) & MASK64
    else:
        result = p5
    result = (result + len(data)) & MASK64
    while at + 8 <= len(data):
        result ^= mixed(0, struct.unpack_from("<Q", data, at)[0])
        result = (rotated(result, 27) * p1 + p4) & MASK64
        at += 8
    if at + 4 <= len(data):
        result ^= struct.unpack_from("<I", data, at)[0] * p1 & MASK64
        result = (rotated(result, 23) * p2 + p3) & MASK64
        at += 4
    for byte in data[at:]:
        result = rotated(result ^ (byte * p5 & MASK64), 11) * p1 & MASK64
    for shift, prime in ((33, p2), (29, p3)):
        result = (result ^ result >> shift) * prime & MASK64
    return result ^ result >> 32


def checksum(data):
    return xxh64(data) & 0xFFFFFFFF


def checksum_of_symbols(symbols):
    return checksum(struct.pack(f"<{len(symbols)}i", *symbols))
