"""Facts about sample/ that need NumPy; ends non-zero if one is untrue.

test/scripts/sample_model calls it:
  sample_model_facts.py rewrite WORK | tokenizer | losses | values TENSOR F16 Q8 | pictures PNG...
"""
import pathlib
import struct
import sys
import zlib

import numpy

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tools/sample-model"))
import bpe  # noqa: E402
import corpus  # noqa: E402
import generate  # noqa: E402
import gguf_file  # noqa: E402
import safetensors_file  # noqa: E402

SAMPLE = TOP / "sample"
# Nats per token on the first eight windows of the held-out chapters of these books.
LOSSES = {("base", "Psalms"): 2.9203, ("psalms", "Psalms"): 2.8703,
          ("base", "Proverbs"): 3.1627, ("proverbs", "Proverbs"): 3.1203,
          ("base", "John"): 2.8872, ("gospels-lora", "John"): 2.8719}


def rewrite(work):
    """Every safetensors file of ours is what the writer makes of its content."""
    for path in sorted(SAMPLE.glob("*/*.safetensors")):
        again = pathlib.Path(work) / "again.safetensors"
        safetensors_file.write(again, safetensors_file.read(path))
        assert again.read_bytes() == path.read_bytes(), path


def tokenizer():
    base = bpe.load(SAMPLE / "base/tokenizer.json")
    for text in (*corpus.select(held_out=True), "naïve 漢字 x²  y\t\n\n z 'tis don't_ 42", ""):
        assert base.decode(base.encode(text)) == text, text[:60]
    assert base.encode("In the beginning") == [base.tokens.index(t)
                                               for t in ("In", "Ġthe", "Ġbeginning")]
    copies = [path.read_bytes() for path in SAMPLE.glob("*/tokenizer.json")]
    assert len(copies) == 3 and len(set(copies)) == 1


def loss(name, book):
    adapter = SAMPLE / name if name.endswith("lora") else None
    model = generate.Llama(SAMPLE / ("base" if adapter else name), adapter)
    encoder = bpe.load(SAMPLE / "base/tokenizer.json")
    ids = [i for text in corpus.select({book}, held_out=True)
           for i in (encoder.bos, *encoder.encode(text), encoder.eos)]
    total = count = 0
    for start in range(0, min(len(ids) - 1, 8 * 256), 256):
        window = ids[start:start + 257]
        logits = model.logits(window[:-1]).astype(float)
        logits -= logits.max(-1, keepdims=True)
        chances = logits - numpy.log(numpy.exp(logits).sum(-1, keepdims=True))
        total -= chances[numpy.arange(len(window) - 1), window[1:]].sum()
        count += len(window) - 1
    return total / count


def losses():
    wrong = 0
    for (name, book), expected in LOSSES.items():
        got = loss(name, book)
        print(f"{name} on {book}: {got:.4f}, expected {expected:.4f}")
        wrong += abs(got - expected) > 0.002
    assert wrong == 0


def values(name, f16, q8):
    stored = safetensors_file.read(SAMPLE / "base/model.safetensors")[name]
    assert (numpy.loadtxt(f16, dtype=numpy.float32) == stored.ravel()).all()
    blocks = gguf_file.quantize_q8_0(stored)
    decoded = blocks["d"].astype(numpy.float32)[:, None] * blocks["qs"]
    assert (numpy.loadtxt(q8, dtype=numpy.float32) == decoded.ravel()).all()


def pictures(*paths):
    for path in paths:
        data, at, kinds, body = pathlib.Path(path).read_bytes(), 8, [], b""
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        while at < len(data):
            length, = struct.unpack_from(">I", data, at)
            kind, content = data[at + 4:at + 8], data[at + 8:at + 8 + length]
            assert zlib.crc32(kind + content) == struct.unpack_from(">I", data, at + 8 + length)[0]
            kinds.append(kind)
            if kind == b"IHDR":
                width, height = struct.unpack_from(">II", content)
            if kind == b"IDAT":
                body += content
            at += 12 + length
        pixels = zlib.decompress(body)
        assert kinds == [b"IHDR", b"IDAT", b"IEND"] and len(pixels) == height * (1 + 3 * width)
        assert len(set(pixels)) > 50, "the picture is empty"


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in globals():
        sys.exit(__doc__)
    globals()[sys.argv[1]](*sys.argv[2:])
