"""What bits.sh needs beside the vae command: small data sets that are the same everywhere, and the numbers of a run as text.

  tools.py data FOLDER             writes pictures/, patches/ (IDX files) and table.csv into FOLDER, and digits/ where VAE_MNIST_DIR is set
  tools.py run NAME RUN            prints the checksums of a run's weights and moments, and the last epoch's metrics
  tools.py json NAME               prints the numbers of a JSON object on standard input
  tools.py rows NAME FILE          prints the checksum of a CSV file's rows without its header, and the first row

Only integers are used to make data, and numbers are printed with all their digits.
"""
import gzip
import hashlib
import json
import os
import struct
import sys


class Dice:
    """A linear congruential generator of 64 bits (Knuth's MMIX constants): whole numbers, the same on every machine."""

    def __init__(self, seed):
        self.state = seed

    def below(self, count):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % count


def write_idx(folder, name, sizes, content):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(struct.pack(">HBB", 0, 8, len(sizes)) + b"".join(struct.pack(">I", size) for size in sizes) + bytes(content))


def write_images(folder, part, height, width, images, labels):
    write_idx(folder, f"{part}-images-idx3-ubyte", [len(labels), height, width], b"".join(images))
    write_idx(folder, f"{part}-labels-idx1-ubyte", [len(labels)], labels)


def bars(dice, height, width):
    """A dark image with some soft bars, about a fifth of it not zero; the label is the number of bars."""
    image = bytearray(height * width)
    label = dice.below(4)
    for _ in range(label + 1):
        top, left = dice.below(height - 8), dice.below(width - 8)
        tall, wide = (12, 3) if dice.below(2) else (3, 12)
        for y in range(top, min(top + tall, height)):
            for x in range(left, min(left + wide, width)):
                image[y * width + x] = 255 - dice.below(120)
    return bytes(image), label


def slopes(dice, height, width):
    """A bright image, nearly nowhere zero: a slope with noise; the label is its direction."""
    label = dice.below(3)
    steepness = 5 + dice.below(12)
    return bytes(
        min(255, 20 + steepness * (x if label == 0 else y if label == 1 else (x + y) // 2) + dice.below(40))
        for y in range(height) for x in range(width)), label


def write_table(path, dice, rows):
    with open(path, "w") as file:
        file.write("length,width,weight,flag,count,share,year\n")
        for _ in range(rows):
            length, flag = dice.below(1000) + dice.below(1000), dice.below(2)
            width = length // 2 + dice.below(300)
            values = [f"{length / 100:.2f}", f"{width / 100:.2f}", f"{(length * width + dice.below(90000)) / 10000:.4f}", str(flag),
                      str(dice.below(4) + 3 * flag), f"{dice.below(10001) / 10000:.4f}", str(1950 + dice.below(70))]
            file.write(",".join(values) + "\n")


def cut_mnist(source, folder):
    for part, count in (("train", 1500), ("t10k", 200)):
        for kind, header in (("images-idx3", 16), ("labels-idx1", 8)):
            path = os.path.join(source, f"{part}-{kind}-ubyte")
            with gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb") as file:
                file.read(header)
                content = file.read(count * (784 if header == 16 else 1))
            write_idx(folder, f"{part}-{kind}-ubyte", [count, 28, 28] if header == 16 else [count], content)


def data(folder):
    dice = Dice(1)
    for name, draw, height, width in (("pictures", bars, 28, 28), ("patches", slopes, 9, 7)):
        for part, count in (("train", 1100), ("t10k", 150)):
            images, labels = zip(*(draw(dice, height, width) for _ in range(count)))
            write_images(os.path.join(folder, name), part, height, width, images, labels)
    write_table(os.path.join(folder, "table.csv"), dice, 500)
    if os.environ.get("VAE_MNIST_DIR"):
        cut_mnist(os.environ["VAE_MNIST_DIR"], os.path.join(folder, "digits"))


def checksum(path, choose):
    """The SHA-256 of the tensors whose names are chosen, in the order of their names: never of the header, whose text may change."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        content = file.read()
    digest = hashlib.sha256()
    for name in sorted(name for name in header if name != "__metadata__" and choose(name)):
        begin, end = header[name]["data_offsets"]
        digest.update(content[begin:end])
    return digest.hexdigest()[:32]


def numbers(value, path=""):
    """The numbers in a JSON value, by path, but for times."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("seconds", "diagnoses"):
                yield from numbers(item, f"{path}.{key}" if path else key)
    elif isinstance(value, (int, float)):
        yield path, value


def run(name, folder):
    model, state = os.path.join(folder, "model.safetensors"), os.path.join(folder, "state.safetensors")
    print(f"{name} weights {checksum(model, lambda _: True)}")
    print(f"{name} moments {checksum(state, lambda tensor: tensor.startswith('adam.'))}")
    print(f"{name} state {checksum(state, lambda tensor: not tensor.startswith('adam.'))}")
    with open(os.path.join(folder, "metrics.jsonl")) as file:
        for path, value in numbers(json.loads(file.read().splitlines()[-1])):
            print(f"{name} metrics {path} {value!r}")


def rows(name, path):
    with open(path, "rb") as file:
        file.readline()
        content = file.read()
    print(f"{name} {hashlib.sha256(content).hexdigest()[:32]} {content.splitlines()[0].decode()[:60]}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["data", folder]: data(folder)
        case ["run", name, folder]: run(name, folder)
        case ["json", name]:
            for path, value in numbers(json.load(sys.stdin)):
                print(f"{name} {path} {value!r}")
        case ["rows", name, path]: rows(name, path)
        case _: sys.exit(__doc__)
