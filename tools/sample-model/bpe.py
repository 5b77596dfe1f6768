# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Byte-level byte-pair encoding: training, encoding, and the Hugging Face tokenizer.json.

Text is cut into pieces by the GPT-2 rule (a word keeps the space before it), each piece becomes
UTF-8 bytes, each byte one printable character, and the most frequent adjacent pair is merged until
the vocabulary is full. Ties go to the pair that is smaller as text, so the result depends on the
corpus alone. Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", 2016.

Python's `re` has no \\p{L} and \\p{N}; the classes below agree with them on everything but a few
numeric signs such as superscripts and fractions.
"""

import collections
import json
import re

PIECE = re.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
BOS, EOS = "<s>", "</s>"


def _byte_alphabet():
    """Byte -> printable character: itself where printable in Latin-1, else from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    spare = iter(range(0x100, 0x200))
    return [chr(b) if b in printable else chr(next(spare)) for b in range(256)]


BYTE_TO_CHAR = _byte_alphabet()
CHAR_TO_BYTE = {c: b for b, c in enumerate(BYTE_TO_CHAR)}


def _pieces(text):
    for match in PIECE.finditer(text):
        yield "".join(BYTE_TO_CHAR[b] for b in match.group().encode())


def _merge(symbols, pair):
    merged, i = [], 0
    while i < len(symbols):
        if i + 1 < len(symbols) and (symbols[i], symbols[i + 1]) == pair:
            merged.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            merged.append(symbols[i])
            i += 1
    return merged


def train(texts, vocabulary_size):
    """Learns the merges, most frequent pair first. Returns a Tokenizer."""
    pieces = collections.Counter(p for text in texts for p in _pieces(text))
    words = [list(p) for p in pieces]
    counts = list(pieces.values())
    pair_count, pair_words = collections.Counter(), collections.defaultdict(set)
    for index, word in enumerate(words):
        for pair in zip(word, word[1:]):
            pair_count[pair] += counts[index]
            pair_words[pair].add(index)
    merges = []
    while len(merges) < vocabulary_size - 256 - 2:
        best = min(pair_count, key=lambda p: (-pair_count[p], p))
        merges.append(best)
        for index in pair_words.pop(best):
            before, after = words[index], _merge(words[index], best)
            for pair in zip(before, before[1:]):
                pair_count[pair] -= counts[index]
            for pair in zip(after, after[1:]):
                pair_count[pair] += counts[index]
                pair_words[pair].add(index)
            words[index] = after
        del pair_count[best]
    tokens = [BOS, EOS, *BYTE_TO_CHAR, *(a + b for a, b in merges)]
    return Tokenizer(tokens, merges)


class Tokenizer:
    """Encodes and decodes; ids 0 and 1 are <s> and </s>, then 256 bytes, then the merges."""

    def __init__(self, tokens, merges):
        self.tokens, self.merges = tokens, merges
        self._id = {token: i for i, token in enumerate(tokens)}
        self._rank = {pair: i for i, pair in enumerate(merges)}
        self._cache = {}
        self.bos, self.eos = self._id[BOS], self._id[EOS]

    def encode(self, text):
        ids = []
        for piece in _pieces(text):
            if piece not in self._cache:
                self._cache[piece] = self._encode_piece(piece)
            ids += self._cache[piece]
        return ids

    def _encode_piece(self, piece):
        symbols = list(piece)
        while len(symbols) > 1:
            pair = min(zip(symbols, symbols[1:]),
                       key=lambda p: self._rank.get(p, len(self._rank)))
            if pair not in self._rank:
                break
            symbols = _merge(symbols, pair)
        return [self._id[s] for s in symbols]

    def decode(self, ids):
        data = bytes(CHAR_TO_BYTE[c] for i in ids if i not in (self.bos, self.eos)
                     for c in self.tokens[i])
        return data.decode(errors="replace")

    def save(self, path):
        special = [{"id": self._id[t], "content": t, "single_word": False, "lstrip": False,
                    "rstrip": False, "normalized": False, "special": True} for t in (BOS, EOS)]
        byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
                      "use_regex": True}
        bos_first = {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": BOS, "type_id": 0}},
                       {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"SpecialToken": {"id": BOS, "type_id": 0}},
                     {"Sequence": {"id": "A", "type_id": 0}},
                     {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {BOS: {"id": BOS, "ids": [self.bos], "tokens": [BOS]}}}
        document = {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
            "normalizer": None, "pre_tokenizer": byte_level, "post_processor": bos_first,
            "decoder": byte_level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None,
                      "continuing_subword_prefix": None, "end_of_word_suffix": None,
                      "fuse_unk": False, "byte_fallback": False, "vocab": self._id,
                      "merges": [f"{a} {b}" for a, b in self.merges]}}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, indent=0)
            file.write("\n")


def load(path):
    with open(path, encoding="utf-8") as file:
        model = json.load(file)["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    return Tokenizer(tokens, [tuple(m.split(" ")) for m in model["merges"]])
