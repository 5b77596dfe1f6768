// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/archive/decompress.hpp"

#include <vector>

#include "core/format/archive/stream_decoder.hpp"

namespace hartonomous::core::format::archive {

namespace {

constexpr std::size_t kWindow = 64 * 1024;

// The compressed bytes, a window at a time.
class Input {
 public:
  Input(ByteSource& source, Checkpoint& checkpoint) : source_(source), checkpoint_(checkpoint) {}

  // False at the end of the source.
  Result<bool> fill() {
    if (!left.empty()) return true;
    if (at_ == source_.size()) return false;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(kWindow, source_.size() - at_));
    HARTONOMOUS_CHECK(source_.read(at_, std::span(window_).first(count)));
    at_ += count;
    left = std::span(window_).first(count);
    checkpoint_.reached(count);
    return true;
  }

  std::span<const std::byte> left;

 private:
  ByteSource& source_;
  Checkpoint& checkpoint_;
  std::uint64_t at_ = 0;
  std::vector<std::byte> window_ = std::vector<std::byte>(kWindow);
};

// One stream, from where `input` stands.
Status expand_stream(Input& input, Container container, ByteSink& sink, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const auto decoder, stream_decoder(container));
  std::vector<std::byte> window(kWindow);
  for (;;) {
    HARTONOMOUS_TRY(const bool has_input, input.fill());
    const std::size_t before = input.left.size();
    std::span<std::byte> rest(window);
    HARTONOMOUS_TRY(const bool is_over, decoder->step(input.left, rest));
    const std::size_t made = window.size() - rest.size();
    HARTONOMOUS_CHECK(sink.write(Bytes(window).first(made)));
    checkpoint.reached(0);
    if (is_over) return Status::ok();
    if (made == 0 && input.left.size() == before) {
      return {Code::kMalformed,
              has_input ? "compressed data are damaged" : "compressed data end too early"};
    }
  }
}

}  // namespace

Status decompress(ByteSource& source, Container container, ByteSink& sink, Checkpoint& checkpoint) {
  Input input(source, checkpoint);
  do {
    HARTONOMOUS_CHECK(expand_stream(input, container, sink, checkpoint));
    HARTONOMOUS_TRY(const bool has_more, input.fill());
    if (!has_more) return Status::ok();
  } while (container != Container::kDeflate);
  return {Code::kMalformed, "compressed data are followed by others"};
}

}  // namespace hartonomous::core::format::archive
