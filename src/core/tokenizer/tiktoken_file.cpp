// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/tiktoken_file.hpp"

#include <algorithm>
#include <charconv>

namespace hartonomous::core::tokenizer {

namespace {

constexpr std::size_t kMaxTokens = std::size_t{1} << 24;

int base64_value(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// Canonical base64 with padding: whole groups of four, and no bits set that are thrown away.
bool append_base64(std::string_view in, std::vector<char>& out) {
  if (in.empty() || in.size() % 4 != 0) return false;
  const std::size_t padding = in.ends_with("==") ? 2 : in.ends_with("=") ? 1 : 0;
  for (std::size_t i = 0; i < in.size(); i += 4) {
    const std::size_t padded = i + 4 == in.size() ? padding : 0;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const int value = j < 4 - padded ? base64_value(in[i + j]) : 0;
      if (value < 0) return false;
      group = group << 6 | static_cast<std::uint32_t>(value);
    }
    if ((group & ((1U << 8 * padded) - 1)) != 0) return false;
    for (std::size_t j = 0; j < 3 - padded; ++j) {
      out.push_back(static_cast<char>(group >> (16 - 8 * j)));
    }
  }
  return true;
}

struct Line {
  std::size_t offset, length;  // in the bytes of all tokens
  std::uint32_t rank;
};

bool read_line(std::string_view line, std::vector<char>& bytes, Line& read) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return false;
  read.offset = bytes.size();
  if (!append_base64(line.substr(0, space), bytes)) return false;
  read.length = bytes.size() - read.offset;
  const char* end = line.data() + line.size();
  const auto [stop, error] = std::from_chars(line.data() + space + 1, end, read.rank);
  return error == std::errc() && stop == end;
}

}  // namespace

Result<TiktokenFile> read_tiktoken(std::string_view file, Checkpoint& checkpoint) {
  constexpr std::size_t kPollInterval = 1 << 16;
  TiktokenFile out;
  std::vector<Line> lines;
  std::size_t number = 1;
  for (std::size_t at = 0, reported = 0; at < file.size(); ++number) {
    const std::size_t end = std::min(file.find('\n', at), file.size());
    std::string_view line = file.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = end + 1;
    if (line.empty()) continue;
    Line read{};
    if (!read_line(line, out.bytes, read)) {
      std::string message = "line " + std::to_string(number) + " of the rank file is ";
      return Status(Code::kMalformed, message + quoted(line, 48))
          .with_detail("Each line must be a token in base64, a space and its rank.");
    }
    if (lines.size() == kMaxTokens) {
      return Status(Code::kLimitExceeded, "the rank file has more than 16777216 tokens");
    }
    lines.push_back(read);
    if (at - reported >= kPollInterval) {
      checkpoint.reached(at - reported);
      reported = at;
    }
  }
  out.tokens.reserve(lines.size());
  for (const Line& line : lines) {
    const std::string_view bytes(out.bytes.data() + line.offset, line.length);
    out.tokens.push_back({line.rank, bytes, line.rank});
  }
  return out;
}

}  // namespace hartonomous::core::tokenizer
