#!/usr/bin/env python3
"""Draws a part of a picture beside itself through several codecs at equal bytes, pixel for pixel, as one PNG.

    comparison_picture.py PICTURE OUT.png [-q 20 | --bpp 0.2] [--crop X,Y,W,H] [--beside jpeg,avif,jxl]

Every codec codes the whole picture; those beside imgcnn get the highest quality whose file is no larger than imgcnn's. What
each took is printed: name, quality, bytes and bits a pixel. Needs Pillow and, for AVIF and JPEG XL, what pillow_codec.py needs.
"""
import argparse
import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import pillow_codec

NAMES = {"jpeg": "JPEG", "avif": "AVIF", "jxl": "JPEG XL"}
GAP = 6  # pixels of white between panels
FONT_SIZE = 14


def encode(picture, codec, quality):
    """A file of the picture by one of NAMES. quality: 1..100."""
    if codec != "jpeg":
        return pillow_codec.encode(picture, codec, quality)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
    return file.getvalue()


def largest_within(picture, codec, max_bytes):
    """Quality and bytes of the best file of at most max_bytes. Exits where even quality 1 takes more."""
    low, high, best = 0, 101, None
    while high - low > 1:  # size rises with quality
        quality = (low + high) // 2
        file = encode(picture, codec, quality)
        if len(file) <= max_bytes:
            low, best = quality, file
        else:
            high = quality
    if best is None:
        sys.exit(f"comparison_picture.py: {NAMES[codec]} takes more than {max_bytes} bytes at any quality")
    return low, best


def by_imgcnn(picture, options):
    """Number of bytes, and the picture as imgcnn shows it."""
    rate = ["-q", str(options.quality)] if options.bpp is None else ["--target-bpp", str(options.bpp)]
    with tempfile.TemporaryDirectory() as folder:
        original, coded, shown = (f"{folder}/{name}" for name in ("original.png", "coded.cnz", "shown.png"))
        picture.save(original)
        compress = [options.imgcnn, "compress", "--quiet", "-m", options.model, "-e", str(options.effort), *rate]
        subprocess.run([*compress, original, coded], check=True)
        subprocess.run([options.imgcnn, "decompress", "--quiet", coded, shown], check=True)
        return Path(coded).stat().st_size, Image.open(shown).convert("RGB")


def middle_of(picture, width=240, height=320):
    """The rectangle x, y, width, height in the middle, or what there is of it."""
    width, height = min(width, picture.width), min(height, picture.height)
    return (picture.width - width) // 2, (picture.height - height) // 2, width, height


def draw(panels, crop):
    """All panels, (label of two lines, picture) each, cut by crop and set side by side below their labels."""
    x, y, width, height = crop
    head = 2 * FONT_SIZE + 14
    sheet = Image.new("RGB", (len(panels) * (width + GAP) - GAP, head + height), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(FONT_SIZE)
    for i, (label, picture) in enumerate(panels):
        left = i * (width + GAP)
        pen.multiline_text((left + 2, 3), label, fill="black", font=font, spacing=4)
        sheet.paste(picture.crop((x, y, x + width, y + height)), (left, head))
    return sheet


def rectangle(text):
    numbers = tuple(int(number) for number in text.split(","))
    if len(numbers) != 4 or min(numbers) < 0 or min(numbers[2:]) == 0:
        raise argparse.ArgumentTypeError("X,Y,W,H")
    return numbers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture")
    parser.add_argument("out")
    parser.add_argument("-q", "--quality", type=float, default=20, help="of imgcnn, 0..100 (20)")
    parser.add_argument("--bpp", type=float, help="bits a pixel that imgcnn's file may take, in place of a quality")
    parser.add_argument("--crop", type=rectangle, help="X,Y,W,H in pixels (240x320 in the middle)")
    parser.add_argument("--beside", default="jpeg,avif", help="of jpeg, avif and jxl (jpeg,avif)")
    parser.add_argument("-m", "--model", default="fast")
    parser.add_argument("-e", "--effort", type=int, default=3)
    parser.add_argument("--imgcnn", default="imgcnn", help="the program")
    options = parser.parse_args()
    codecs = options.beside.split(",")
    if not set(codecs) <= set(NAMES):
        parser.error(f"--beside knows {', '.join(NAMES)}")
    picture = Image.open(options.picture).convert("RGB")
    crop = options.crop or middle_of(picture)
    if crop[0] + crop[2] > picture.width or crop[1] + crop[3] > picture.height:
        parser.error(f"--crop leaves the picture, which has {picture.width}x{picture.height} pixels")

    def label(name, size):
        return f"{name}\n{size} bytes, {8 * size / (picture.width * picture.height):.3f} bpp"

    size, shown = by_imgcnn(picture, options)
    panels = [(f"original\n{picture.width}x{picture.height} pixels", picture)]
    for codec in codecs:
        quality, file = largest_within(picture, codec, size)
        panels.append((label(NAMES[codec], len(file)), pillow_codec.decode(file).convert("RGB")))
        print(f"{NAMES[codec]}, quality {quality}: {len(file)} bytes")
    panels.append((label(f"imgcnn {options.model}", size), shown))
    print(f"imgcnn {options.model}: {size} bytes")
    draw(panels, crop).save(options.out)


if __name__ == "__main__":
    main()
