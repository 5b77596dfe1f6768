// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/archive/stream_decoder.hpp"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <new>
#include <string>

namespace hartonomous::core::format::archive {

namespace {

constexpr std::uint64_t kDecoderMemory = 128ULL << 20;
constexpr int kZstdWindowLog = 27;  // of the same 128 MiB

Status damaged(const char* kind) {
  return {Code::kMalformed, std::string(kind) + " data are damaged"};
}
Status no_memory() { return {Code::kOutOfMemory, "no memory to decompress"}; }
Status too_wide(const char* kind) {
  return {Code::kLimitExceeded, std::string(kind) + " data need more than " +
                                    std::to_string(kDecoderMemory >> 20) + " MiB to decompress"};
}

// The three libraries after zlib have its interface, in their own types.
template <class Stream, class In, class Out>
void load(Stream& stream, std::span<const std::byte> in, std::span<std::byte> out) {
  stream.next_in = reinterpret_cast<In>(const_cast<std::byte*>(in.data()));
  stream.avail_in = static_cast<decltype(stream.avail_in)>(in.size());
  stream.next_out = reinterpret_cast<Out>(out.data());
  stream.avail_out = static_cast<decltype(stream.avail_out)>(out.size());
}
template <class Stream>
void take(const Stream& stream, std::span<const std::byte>& in, std::span<std::byte>& out) {
  in = in.last(stream.avail_in);
  out = out.last(stream.avail_out);
}

class ZlibDecoder final : public StreamDecoder {
 public:
  explicit ZlibDecoder(int window_bits) {
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
  }
  ZlibDecoder(const ZlibDecoder&) = delete;
  ~ZlibDecoder() override { inflateEnd(&stream_); }
  Result<bool> step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    load<z_stream, Bytef*, Bytef*>(stream_, in, out);
    const int state = inflate(&stream_, Z_NO_FLUSH);
    take(stream_, in, out);
    if (state == Z_MEM_ERROR) return no_memory();
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return damaged("deflated");
    return state == Z_STREAM_END;
  }

 private:
  z_stream stream_{};
};

class Bzip2Decoder final : public StreamDecoder {
 public:
  Bzip2Decoder() {
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }
  Bzip2Decoder(const Bzip2Decoder&) = delete;
  ~Bzip2Decoder() override { BZ2_bzDecompressEnd(&stream_); }
  Result<bool> step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    load<bz_stream, char*, char*>(stream_, in, out);
    const int state = BZ2_bzDecompress(&stream_);
    take(stream_, in, out);
    if (state == BZ_MEM_ERROR) return no_memory();
    if (state != BZ_OK && state != BZ_STREAM_END) return damaged("bzip2");
    return state == BZ_STREAM_END;
  }

 private:
  bz_stream stream_{};
};

class XzDecoder final : public StreamDecoder {
 public:
  XzDecoder() {
    if (lzma_stream_decoder(&stream_, kDecoderMemory, 0) != LZMA_OK) throw std::bad_alloc();
  }
  XzDecoder(const XzDecoder&) = delete;
  ~XzDecoder() override { lzma_end(&stream_); }
  Result<bool> step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    load<lzma_stream, const std::uint8_t*, std::uint8_t*>(stream_, in, out);
    const lzma_ret state = lzma_code(&stream_, LZMA_RUN);
    take(stream_, in, out);
    if (state == LZMA_MEM_ERROR) return no_memory();
    if (state == LZMA_MEMLIMIT_ERROR) return too_wide("xz");
    if (state != LZMA_OK && state != LZMA_STREAM_END && state != LZMA_BUF_ERROR) {
      return damaged("xz");
    }
    return state == LZMA_STREAM_END;
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

class ZstdDecoder final : public StreamDecoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kZstdWindowLog);
  }
  ZstdDecoder(const ZstdDecoder&) = delete;
  ~ZstdDecoder() override { ZSTD_freeDStream(stream_); }
  Result<bool> step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t left = ZSTD_decompressStream(stream_, &to, &from);
    in = in.subspan(from.pos);
    out = out.subspan(to.pos);
    if (ZSTD_isError(left) == 0) return left == 0;
    switch (ZSTD_getErrorCode(left)) {
      case ZSTD_error_memory_allocation:
        return no_memory();
      case ZSTD_error_frameParameter_windowTooLarge:
        return too_wide("zstd");
      default:
        return damaged("zstd");
    }
  }

 private:
  ZSTD_DStream* stream_;
};

}  // namespace

Result<std::unique_ptr<StreamDecoder>> stream_decoder(Container container) {
  constexpr int kGzipHeader = 16;  // zlib's way to ask for one
  switch (container) {
    case Container::kDeflate:
      return std::unique_ptr<StreamDecoder>(new ZlibDecoder(-MAX_WBITS));
    case Container::kGzip:
      return std::unique_ptr<StreamDecoder>(new ZlibDecoder(MAX_WBITS + kGzipHeader));
    case Container::kBzip2:
      return std::unique_ptr<StreamDecoder>(new Bzip2Decoder);
    case Container::kXz:
      return std::unique_ptr<StreamDecoder>(new XzDecoder);
    case Container::kZstd:
      return std::unique_ptr<StreamDecoder>(new ZstdDecoder);
    default:
      return Status(Code::kUnsupported, "not a compressed stream");
  }
}

}  // namespace hartonomous::core::format::archive
