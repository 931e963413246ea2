#!/usr/bin/env python3
"""Whole commands of imgcnn beside those of AVIF, JPEG XL and WebP, on the same pictures in one run.

    tests/bench/compare.py --imgcnn build/release/imgcnn [--rounds N] [--copies N] [--json FILE] PICTURE.png...

Every command runs on one thread. In each round every command has its turn on every picture, so that a busy machine
hits all of them alike; quoted are medians over the rounds, and as the ratio to AVIF the median of the ratios of pairs,
that is of two commands on the same picture in the same round. Pictures of about equal size are one column: its times
are means over the pictures. (Y4M holds what AVIF stores, PPM holds RGB: avifdec has less to do for it.) Then the
pictures are copied N times each into a folder, which is compressed and decompressed in one call, with one thread and
with two.

Tables in Markdown go to standard output, every single measurement to the JSON file. Debian's packages of the others
are libavif-bin, libjxl-tools and webp; what is not there is left out. Memory is the peak of resident memory that the
kernel reports; it counts from the moment of the fork, so nothing appears to take less than this script, some 15 MiB.
"""

import argparse
import json
import os
import shutil
import statistics
import struct
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

# `reference`: the command that its ratio is formed with; `output`: the ending of what it writes.
Command = namedtuple("Command", "name program arguments output reference source")
Sample = namedtuple("Sample", "wall cpu memory")

# Chosen for files of about equal size.
QUALITIES = "imgcnn -q 60, avifenc --min 31 --max 31 -y 420, cjxl -q 55, cwebp -q 45"
AVIF_QUALITY = ["--min", "31", "--max", "31", "-y", "420"]


def commands(imgcnn):
    """Those that compress, then those that decompress what a compressing one, `source`, has made."""
    one = ["--threads", "1", "--quiet", "-f"]
    avif, png, ppm = "avifenc -s 6", "avifdec to PNG", "avifdec to Y4M"
    return [
        Command("imgcnn compress", imgcnn, ["compress", *one, "IN", "OUT"], ".cnz", avif, None),
        Command("imgcnn compress -e 1", imgcnn, ["compress", "-e", "1", *one, "IN", "OUT"], ".cnz", avif, None),
        Command(avif, "avifenc", ["-s", "6", "-j", "1", *AVIF_QUALITY, "IN", "OUT"], ".avif", avif, None),
        Command("cjxl -e 7", "cjxl", ["-e", "7", "-q", "55", "--num_threads=0", "IN", "OUT"], ".jxl", avif, None),
        Command("cwebp", "cwebp", ["-quiet", "-q", "45", "IN", "-o", "OUT"], ".webp", avif, None),
        Command("imgcnn decompress to PNG", imgcnn, ["decompress", *one, "IN", "OUT"], ".png", png, "imgcnn compress"),
        Command(png, "avifdec", ["-j", "1", "IN", "OUT"], ".png", png, avif),
        Command("djxl to PNG", "djxl", ["--num_threads=1", "IN", "OUT"], ".png", png, "cjxl -e 7"),
        Command("dwebp to PNG", "dwebp", ["-quiet", "IN", "-o", "OUT"], ".png", png, "cwebp"),
        Command("imgcnn decompress to PPM", imgcnn, ["decompress", *one, "IN", "OUT"], ".ppm", ppm, "imgcnn compress"),
        Command(ppm, "avifdec", ["-j", "1", "IN", "OUT"], ".y4m", ppm, avif),
        Command("djxl to PPM", "djxl", ["--num_threads=1", "IN", "OUT"], ".ppm", ppm, "cjxl -e 7"),
        Command("dwebp to PPM", "dwebp", ["-quiet", "-ppm", "IN", "-o", "OUT"], ".ppm", ppm, "cwebp"),
    ]


def start(words, log):
    """A process whose output goes to the file `log`."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [(os.POSIX_SPAWN_OPEN, 1, str(log), flags, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2)]
    return os.posix_spawnp(words[0], words, os.environ, file_actions=actions)


def finished(words, log, status):
    if status != 0:
        sys.exit(f"compare.py: {' '.join(words)} failed:\n{Path(log).read_text(errors='replace')}")


def measure(words, log):
    """Seconds by the clock, seconds of processors, and bytes of resident memory of a command."""
    begin = time.perf_counter()
    _, status, usage = os.wait4(start(words, log), 0)
    wall = time.perf_counter() - begin
    finished(words, log, status)
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def libraries_of(words, log):
    """How many shared libraries a command maps while it runs, as seen every few milliseconds."""
    process, seen = start(words, log), set()
    while True:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            break
        try:
            lines = Path(f"/proc/{process}/maps").read_text().splitlines()
            if any(words[0].rsplit("/", 1)[-1] in line for line in lines):
                seen.update(line.split()[-1] for line in lines if ".so" in line)
        except OSError:
            pass
        time.sleep(0.002)
    finished(words, log, status)
    return len(seen)


def pixels_of(path):
    with open(path, "rb") as file:
        head = file.read(24)
    if head[:8] != b"\x89PNG\r\n\x1a\n":
        sys.exit(f"compare.py: {path}: not a PNG")
    width, height = struct.unpack(">II", head[16:24])
    return width * height


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.folder = Path(folder)
        self.log = self.folder / "log"
        self.commands = [c for c in commands(options.imgcnn) if shutil.which(c.program)]
        self.pictures = {str(path): pixels_of(path) for path in options.pictures}
        self.samples = {}  # (command, picture): a Sample of each round
        self.bytes = {}  # (command, picture)
        self.batches = {}  # (operation, threads): a Sample of each round
        self.libraries = {}  # operation

    def path(self, number, command, source=False):
        """What a command makes of a picture."""
        name = command.source if source else command.name
        output = next(c.output for c in self.commands if c.name == name)
        return self.folder / f"{number}-{name.replace(' ', '-')}{output}"

    def words(self, command, number, picture):
        files = {"IN": str(self.path(number, command, True)) if command.source else picture,
                 "OUT": str(self.path(number, command))}
        return [command.program] + [files.get(word, word) for word in command.arguments]

    def run_commands(self):
        for turn in range(self.options.rounds):
            for number, picture in enumerate(self.pictures):
                for command in self.commands:
                    sample = measure(self.words(command, number, picture), self.log)
                    self.samples.setdefault((command.name, picture), []).append(sample)
                    self.bytes[command.name, picture] = self.path(number, command).stat().st_size
            print(f"round {turn + 1} of {self.options.rounds}", file=sys.stderr)

    def count_libraries(self):
        number, picture = max(enumerate(self.pictures), key=lambda entry: self.pictures[entry[1]])
        for command in self.commands[:1] + [c for c in self.commands if c.name == "imgcnn decompress to PNG"]:
            self.libraries[command.arguments[0]] = libraries_of(self.words(command, number, picture), self.log)

    def run_batches(self):
        inputs = self.folder / "pictures"
        inputs.mkdir()
        for number, picture in enumerate(self.pictures):
            for copy in range(self.options.copies):
                shutil.copy(picture, inputs / f"{copy:03}-{number:03}.png")
        for _ in range(self.options.rounds):
            for threads in (1, 2):
                small, large = self.folder / "small", self.folder / "large"
                for operation, source, target in (("compress", inputs, small), ("decompress", small, large)):
                    words = [self.options.imgcnn, operation, "-r", str(source), "-o", str(target), "--quiet",
                             "--threads", str(threads)]
                    self.batches.setdefault((operation, threads), []).append(measure(words, self.log))
                shutil.rmtree(small)
                shutil.rmtree(large)

    # Tables.

    def groups(self):
        """Pictures of about equal size, smallest first, by that size in words."""
        result = {}
        for picture, pixels in sorted(self.pictures.items(), key=lambda entry: entry[1]):
            result.setdefault(f"{pixels / 1e6:.{1 if pixels < 1e7 else 0}f} MP", []).append(picture)
        return result

    def middle(self, command, pictures, field):
        """Median over the rounds of the mean over pictures."""
        each = [[getattr(s, field) for s in self.samples[command.name, picture]] for picture in pictures]
        return statistics.median(statistics.mean(turn) for turn in zip(*each))

    def ratio(self, command, pictures, field):
        """To the reference: median over the pairs; nothing where it is not there."""
        if (command.reference, pictures[0]) not in self.samples:
            return ""
        pairs = [getattr(own, field) / getattr(other, field) for picture in pictures
                 for own, other in zip(self.samples[command.name, picture], self.samples[command.reference, picture])]
        return f"{statistics.median(pairs):.2f}"

    def table(self, columns):
        """Commands by sizes of pictures. columns: heading, and the cell of a command and its pictures."""
        groups = self.groups()
        lines = [["command"] + [f"{name}, {size}" for size in groups for name, _ in columns]]
        lines.append(["---"] * len(lines[0]))
        for command in self.commands:
            lines.append([command.name] + [cell(command, pictures) for pictures in groups.values()
                                           for _, cell in columns])
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def seconds(self, command, pictures, field):
        value = self.middle(command, pictures, field)
        return f"{value:.{2 if value >= 0.1 else 3}f}"

    def times_table(self):
        return self.table([("s", lambda c, pictures: self.seconds(c, pictures, "wall")),
                           ("× AVIF", lambda c, pictures: self.ratio(c, pictures, "wall"))])

    def details_table(self):
        def memory(command, pictures):
            return f"{max(s.memory for p in pictures for s in self.samples[command.name, p]) / 2**20:.0f}"

        def size(command, pictures):
            return f"{statistics.mean(self.bytes[command.name, p] for p in pictures) / 1e3:.0f}"

        return self.table([("CPU s", lambda c, pictures: self.seconds(c, pictures, "cpu")),
                           ("× AVIF", lambda c, pictures: self.ratio(c, pictures, "cpu")),
                           ("MiB", memory), ("kB", size)])

    def batch_table(self):
        total = self.options.copies * sum(self.pictures.values()) / 1e6
        lines = ["| folder | threads | MP/s | CPU s/MP | MiB |", "|---|---|---|---|---|"]
        for (operation, threads), samples in sorted(self.batches.items()):
            speed = statistics.median(total / s.wall for s in samples)
            cpu = statistics.median(s.cpu / total for s in samples)
            memory = max(s.memory for s in samples) / 2**20
            lines.append(f"| imgcnn {operation} -r | {threads} | {speed:.2f} | {cpu:.3f} | {memory:.0f} |")
        return "\n".join(lines)

    def raw(self):
        return {
            "machine": machine(),
            "qualities": QUALITIES,
            "rounds": self.options.rounds,
            "pixels": self.pictures,
            "commands": [{"command": command, "picture": picture, "bytes": self.bytes[command, picture],
                          "samples": [s._asdict() for s in samples]}
                         for (command, picture), samples in self.samples.items()],
            "batches": [{"operation": operation, "threads": threads, "copies": self.options.copies,
                         "samples": [s._asdict() for s in samples]}
                        for (operation, threads), samples in self.batches.items()],
            "libraries": self.libraries,
        }


def machine():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{names[0] if names else 'unknown processor'}, {len(os.sched_getaffinity(0))} cores, load {load}"


def cores_given():
    """How many cores two busy processes get between them: on a shared machine less than there are."""
    seconds, begin = 1.0, time.perf_counter()
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            start_of_child = time.process_time()
            while time.process_time() - start_of_child < seconds:
                pass
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return len(children) * seconds / (time.perf_counter() - begin)


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--imgcnn", default="build/release/imgcnn", help="the program; finds its models by itself or "
                        "by $IMGCNN_MODEL_PATH (default: %(default)s)")
    parser.add_argument("--rounds", type=positive, default=5, help="default: %(default)s")
    parser.add_argument("--copies", type=int, default=4, help="of each picture in the folder; 0: no folders "
                        "(default: %(default)s)")
    parser.add_argument("--json", metavar="FILE", help="where every single measurement goes")
    parser.add_argument("pictures", nargs="+", metavar="PICTURE", help="PNG")
    options = parser.parse_args()
    options.imgcnn = shutil.which(options.imgcnn) or parser.error(f"{options.imgcnn}: no such program")
    with tempfile.TemporaryDirectory(prefix="imgcnn-compare-") as folder:
        bench = Bench(options, folder)
        before = machine()
        bench.run_commands()
        bench.count_libraries()
        if options.copies > 0:
            cores = cores_given()
            bench.run_batches()
        print(f"{before} at first, {machine().rsplit(', ', 1)[1]} at last; {options.rounds} rounds; {QUALITIES}\n")
        print(f"By the clock:\n\n{bench.times_table()}\n")
        print(f"Time of the processor, memory, and size of what is written:\n\n{bench.details_table()}\n")
        if bench.batches:
            print(f"Folders; two busy processes got {cores:.1f} cores then:\n\n{bench.batch_table()}\n")
        print("Libraries mapped by one call: " + ", ".join(f"{n} by {o}" for o, n in bench.libraries.items()))
        if options.json:
            Path(options.json).write_text(json.dumps(bench.raw(), indent=1) + "\n")


if __name__ == "__main__":
    main()
