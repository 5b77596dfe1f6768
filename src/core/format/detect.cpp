// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Detection goes from the most to the least certain sign: magic numbers at the start, then the
// plausible length of a safetensors header (which has no magic), then the tail and the shape of
// formats without any. What a ZIP archive holds is told from its directory. A file that a second
// reader would take for another kind (a ZIP directory at its end, a tar header or a PDF around it)
// is refused: what is scanned must be what is loaded.
#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/format/keras/reader.hpp"
#include "core/format/numpy/header.hpp"
#include "core/format/numpy/reader.hpp"
#include "core/format/onnx/reader.hpp"
#include "core/format/parse.hpp"
#include "core/format/pytorch/reader.hpp"
#include "core/format/tensorflow/reader.hpp"
#include "core/format/tensorflow/table.hpp"
#include "core/format/zip/directory.hpp"

namespace hartonomous::core::format {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kHeadBytes = 1024;
constexpr std::size_t kEndOfDirectoryBytes = 22;
constexpr std::size_t kZipTailBytes = 65535 + kEndOfDirectoryBytes;

struct Signature {
  std::string_view bytes;
  std::size_t offset;
  const char* kind;
  Container container = Container::kNone;
};

constexpr std::array kSignatures = {
    Signature{"lmgg"sv, 0, "a legacy GGML file"},
    Signature{"fmgg"sv, 0, "a legacy GGML file (GGMF)"},
    Signature{"tjgg"sv, 0, "a legacy GGML file (GGJT)"},
    Signature{"algg"sv, 0, "a legacy GGML adapter (GGLA)"},
    Signature{"PK\x05\x06"sv, 0, "an empty ZIP archive", Container::kZip},
    Signature{"7z\xbc\xaf\x27\x1c"sv, 0, "a 7z archive"},
    Signature{"\x1f\x8b"sv, 0, "a gzip file", Container::kGzip},
    Signature{"BZh"sv, 0, "a bzip2 file", Container::kBzip2},
    Signature{"\xfd\x37zXZ\x00"sv, 0, "an xz file", Container::kXz},
    Signature{"\x28\xb5\x2f\xfd"sv, 0, "a zstd file", Container::kZstd},
    Signature{"\x04\x22\x4d\x18"sv, 0, "an lz4 file"},
    Signature{"PYTORCH1"sv, 0, "a PyTorch file of the preview format"},
    Signature{"TFL3"sv, 4, "a TensorFlow Lite model"},
};
constexpr std::string_view kHdf5 = "\x89HDF\r\n\x1a\n"sv;

bool has_at(std::string_view text, std::size_t offset, std::string_view bytes) noexcept {
  return text.size() >= offset && text.substr(offset).starts_with(bytes);
}

Detection opaque(const char* kind, Container container = Container::kNone) {
  return {Format::kOpaque, kind, container};
}

Status polyglot(const char* kind) {
  return Status(Code::kMalformed, "file is a model and " + std::string(kind) + " at once")
      .with_detail("Other programs would read something else in it.");
}

// Reads up to `count` bytes that end or begin at known places; never past the end.
Result<std::string> read_text(ByteSource& source, std::uint64_t offset, std::uint64_t count) {
  std::string text(std::min(count, source.size() - offset), '\0');
  HARTONOMOUS_CHECK(source.read(offset, std::as_writable_bytes(std::span(text))));
  return text;
}

Result<std::string> read_tail(ByteSource& source, std::uint64_t count) {
  const std::uint64_t length = std::min(count, source.size());
  return read_text(source, source.size() - length, length);
}

// A POSIX or older tar header: its checksum field holds the sum of its 512 bytes, that field
// counted as blanks.
bool is_tar(std::string_view head) noexcept {
  constexpr std::size_t kHeader = 512, kField = 148, kFieldSize = 8;
  if (head.size() < kHeader) return false;
  std::uint64_t sum = kFieldSize * ' ', stored = 0;
  for (std::size_t i = 0; i < kHeader; ++i) {
    if (i < kField || i >= kField + kFieldSize) sum += static_cast<unsigned char>(head[i]);
  }
  bool has_digit = false;
  for (const char c : head.substr(kField, kFieldSize)) {
    if (c == ' ' && !has_digit) continue;
    if (c < '0' || c > '7') break;
    stored = stored * 8 + static_cast<std::uint64_t>(c - '0');
    has_digit = true;
  }
  return has_digit && stored == sum;
}

// A ZIP reader starts from the end: an end-of-directory record whose comment reaches the end of the
// file and whose directory lies before it.
bool ends_as_zip(std::string_view tail) noexcept {
  const auto u16 = [&](std::size_t at) {
    return load_little_endian<std::uint16_t>(as_bytes(tail).data() + at);
  };
  const auto u32 = [&](std::size_t at) {
    return load_little_endian<std::uint32_t>(as_bytes(tail).data() + at);
  };
  for (std::size_t at = tail.rfind("PK\x05\x06"sv); at != tail.npos;
       at = at == 0 ? tail.npos : tail.rfind("PK\x05\x06"sv, at - 1)) {
    if (tail.size() - at < kEndOfDirectoryBytes) continue;
    if (u16(at + 20) != tail.size() - at - kEndOfDirectoryBytes) continue;
    const std::uint32_t directory_bytes = u32(at + 12);
    if (directory_bytes > at) return true;  // lies before what was read: take its word
    const bool is_directory = has_at(tail, at - directory_bytes, "PK\x01\x02"sv);
    if (directory_bytes == 0 || is_directory) return true;
  }
  return false;
}

// safetensors has no magic: a little-endian length, then a JSON object of that length, possibly
// after blanks. A wrong length before what is plainly a header still counts as a resemblance, so
// that the reader can say what is wrong with it; but eight characters before a brace are a text.
enum class Resemblance : std::uint8_t { kNone, kWrongLength, kFull };

Resemblance resemblance_to_safetensors(std::string_view head, std::uint64_t size) noexcept {
  constexpr std::uint64_t kLongestHeader = 100'000'000;
  if (head.size() < 10) return Resemblance::kNone;
  const auto length = load_little_endian<std::uint64_t>(as_bytes(head).data());
  const std::size_t brace = head.find_first_not_of(" \t\r\n"sv, 8);
  if (brace == head.npos || head[brace] != '{') return Resemblance::kNone;
  if (length >= 2 && length <= kLongestHeader && length <= size - 8) return Resemblance::kFull;
  const std::size_t key = head.find_first_not_of(" \t\r\n"sv, brace + 1);
  const bool is_header = key != head.npos && (head[key] == '"' || head[key] == '}');
  const bool is_text = std::ranges::all_of(head.substr(0, 8), [](char c) {
    return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n';
  });
  return is_header && !is_text ? Resemblance::kWrongLength : Resemblance::kNone;
}

const Signature* find_signature(std::string_view head) noexcept {
  for (const Signature& signature : kSignatures) {
    if (has_at(head, signature.offset, signature.bytes)) return &signature;
  }
  return nullptr;
}

// Formats that only their structure betrays. Nothing if it is none of them.
const char* kind_by_structure(std::string_view head) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
  if (head.size() < 4) return nullptr;
  if (has_at(head, 0, "\x08\x01\x12"sv)) return "a TensorFlow SavedModel";
  if (byte(0) == 0x0a && byte(2) == 0x0a && byte(3) < byte(1)) return "a SentencePiece model";
  if (byte(0) == 0x80 && byte(1) >= 2 && byte(1) <= 5) return "a bare pickle";
  return nullptr;
}

// An HDF5 file may follow a user block of 512, 1024, 2048, ... bytes.
Result<bool> has_hdf5_after_user_block(ByteSource& source) {
  for (std::uint64_t at = 512; at != 0 && at < source.size(); at *= 2) {
    HARTONOMOUS_TRY(const std::string found, read_text(source, at, kHdf5.size()));
    if (found == kHdf5) return true;
  }
  return false;
}

Status check_not_polyglot(ByteSource& source, std::string_view head, Format format) {
  if (is_tar(head)) return polyglot("a tar archive");
  HARTONOMOUS_TRY(const std::string tail, read_tail(source, kZipTailBytes));
  if (ends_as_zip(tail)) return polyglot("a ZIP archive");
  const bool ends_as_pdf = std::string_view(tail)
                               .substr(tail.size() - std::min(tail.size(), kHeadBytes))
                               .find("%%EOF") != std::string_view::npos;
  if (ends_as_pdf && head.find("%PDF-") != head.npos) return polyglot("a PDF document");
  if (format == Format::kHdf5) return Status::ok();
  HARTONOMOUS_TRY(const bool hdf5, has_hdf5_after_user_block(source));
  return hdf5 ? polyglot("an HDF5 file") : Status::ok();
}

// What a ZIP archive is, told by the names of its entries.
Result<Detection> detect_in_zip(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  ParseBudget budget(limits.max_memory_bytes);
  HARTONOMOUS_TRY(const std::vector<zip::Entry> entries,
                  zip::read_directory(source, limits, budget, checkpoint));
  if (pytorch::is_archive(entries)) return Detection{Format::kPytorch};
  if (keras::is_archive(entries)) return Detection{Format::kKeras};
  if (numpy::is_npz(entries)) return Detection{Format::kNpz};
  return opaque("a ZIP archive", Container::kZip);
}

// The formats without a sign at the start.
Result<Detection> detect_by_structure(ByteSource& source, std::string_view head,
                                      const Limits& limits, Checkpoint& checkpoint) {
  if (is_tar(head)) return opaque("a tar archive", Container::kTar);
  HARTONOMOUS_TRY(const bool hdf5, has_hdf5_after_user_block(source));
  if (hdf5) return Detection{Format::kHdf5};
  HARTONOMOUS_TRY(const std::string footer, read_tail(source, tensorflow::kTableFooter.size()));
  if (footer == tensorflow::kTableFooter) {
    HARTONOMOUS_TRY(const bool is_bundle, tensorflow::is_bundle(source, limits, checkpoint));
    return is_bundle ? Detection{Format::kTensorflow} : opaque("a LevelDB table");
  }
  HARTONOMOUS_TRY(const bool is_onnx, onnx::is_model(source, checkpoint));
  if (is_onnx) return Detection{Format::kOnnx};
  return opaque(kind_by_structure(head));
}

}  // namespace

Result<Detection> detect(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const std::string head_text, read_text(source, 0, kHeadBytes));
  const std::string_view head = head_text;
  const Resemblance safetensors = resemblance_to_safetensors(head, source.size());
  // Some signatures are so short that they can also be a header's length; GGUF's cannot.
  std::optional<Format> found;
  if (has_at(head, 0, "GGUF"sv)) {
    found = Format::kGguf;
  } else if (safetensors == Resemblance::kFull) {
    found = Format::kSafetensors;
  } else if (has_at(head, 0, "PK\x03\x04"sv)) {
    return detect_in_zip(source, limits, checkpoint);
  } else if (has_at(head, 0, numpy::kMagic)) {
    found = Format::kNumpy;
  } else if (pytorch::is_stream(head)) {
    found = Format::kPytorch;
  } else if (has_at(head, 0, kHdf5)) {
    found = Format::kHdf5;
  } else if (const Signature* const known = find_signature(head)) {
    return opaque(known->kind, known->container);
  } else if (safetensors == Resemblance::kWrongLength) {
    found = Format::kSafetensors;
  }
  if (found) {
    HARTONOMOUS_CHECK(check_not_polyglot(source, head, *found));
    return Detection{*found};
  }
  return detect_by_structure(source, head, limits, checkpoint);
}

}  // namespace hartonomous::core::format
