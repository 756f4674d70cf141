#include "changelog/packing.hpp"

#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_f_zstd1_magicless and ZSTD_d_stableOutBuffer
#include <zstd.h>

#include <algorithm>
#include <new>

#include "protocol/segment.hpp"

namespace gandan::changelog {
namespace {

enum Method : std::uint8_t { stored = 0, zstd = 1, split = 2 };

// Measured (tools/bench): on segments of a few kilobytes 19 saves about 1 % against 12 and costs four times as long.
constexpr int kLevel = 12;
constexpr int kWindowLog = 18;           // kMaxOpenedBytes
constexpr std::size_t kLeastWorth = 64;  // bytes; below it a frame never pays

void expect(std::size_t zstd_result) {  // parameters are constants: these calls fail for want of memory only
  if (ZSTD_isError(zstd_result)) throw std::bad_alloc();
}

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

void append_size(Bytes& out, std::size_t size) {
  for (; size >= 0x80; size >>= 7) out.push_back(static_cast<std::uint8_t>(size | 0x80));
  out.push_back(static_cast<std::uint8_t>(size));
}

}  // namespace

std::size_t padme(std::size_t length) {
  if (length < 2) return length;
  const auto log2 = [](std::size_t n) {
    unsigned out = 0;
    while (n >>= 1) ++out;
    return out;
  };
  const unsigned exponent = log2(length);
  const unsigned kept = log2(exponent) + 1;
  if (exponent <= kept) return length;
  const std::size_t mask = (std::size_t{1} << (exponent - kept)) - 1;
  return (length + mask) & ~mask;
}

void Packer::CompressDeleter::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void Packer::InflateDeleter::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

Packer::Packer() = default;
Packer::~Packer() = default;
Packer::Packer(Packer&&) noexcept = default;
Packer& Packer::operator=(Packer&&) noexcept = default;

Result<Bytes> Packer::deflate(ByteView bytes) {
  if (!compress_) {
    compress_.reset(ZSTD_createCCtx());
    if (!compress_) throw std::bad_alloc();
    expect(ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_format, ZSTD_f_zstd1_magicless));
    expect(ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_contentSizeFlag, 0));
    expect(ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_compressionLevel, kLevel));
    expect(ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_windowLog, kWindowLog));
  }
  Bytes out(ZSTD_compressBound(bytes.size()));
  const std::size_t size = ZSTD_compress2(compress_.get(), out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size)) return Error{Code::internal, ZSTD_getErrorName(size)};
  out.resize(size);
  return out;
}

Result<Bytes> Packer::pack(const Columns& columns) {
  const ByteView all = columns.bytes;
  const ByteView head = all.first(columns.text_start);
  Bytes best{stored};
  append(best, all);
  if (all.size() >= kLeastWorth) {
    GANDAN_TRY(const Bytes whole, deflate(all));
    if (1 + whole.size() < best.size()) {
      best.assign(1, zstd);
      append(best, whole);
    }
    GANDAN_TRY(const Bytes text, deflate(all.subspan(head.size())));
    Bytes apart{split};
    append_size(apart, head.size());
    if (apart.size() + head.size() + text.size() < best.size()) {
      append(apart, head);
      append(apart, text);
      best = std::move(apart);
    }
  }
  best.resize(padme(best.size()));
  return best;
}

Status Packer::inflate(ByteView head, ByteView rest, std::size_t limit) {
  if (!inflate_) {
    inflate_.reset(ZSTD_createDCtx());
    if (!inflate_) throw std::bad_alloc();
    expect(ZSTD_DCtx_setParameter(inflate_.get(), ZSTD_d_format, ZSTD_f_zstd1_magicless));
    expect(ZSTD_DCtx_setParameter(inflate_.get(), ZSTD_d_stableOutBuffer, 1));
    expect(ZSTD_DCtx_setParameter(inflate_.get(), ZSTD_d_windowLogMax, kWindowLog));
  }
  if (head.size() > limit) return Error{Code::too_large, "columns"};
  if (buffer_.size() < limit) buffer_.resize(limit);
  std::copy(head.begin(), head.end(), buffer_.begin());
  expect(ZSTD_DCtx_reset(inflate_.get(), ZSTD_reset_session_only));
  ZSTD_inBuffer in{rest.data(), rest.size(), 0};
  ZSTD_outBuffer out{buffer_.data(), limit, head.size()};
  const std::size_t more = ZSTD_decompressStream(inflate_.get(), &out, &in);
  if (ZSTD_isError(more)) return Error{Code::malformed, ZSTD_getErrorName(more)};
  if (more != 0) return Error{out.pos == limit ? Code::too_large : Code::truncated, "columns"};
  if (!all_zero(rest.subspan(in.pos))) return Error{Code::malformed, "padding"};
  buffer_.resize(out.pos);
  return {};
}

Result<Packer::Unpacked> Packer::unpack(ByteView plaintext, std::size_t limit) {
  if (plaintext.empty() || limit > protocol::kMaxOpenedBytes) return Error{Code::malformed, "plaintext"};
  const std::uint8_t method = plaintext[0];
  ByteView body = plaintext.subspan(1);
  if (method == stored) return Unpacked{body, true};
  ByteView head;
  if (method == split) {
    std::size_t size = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (body.empty() || shift > 14) return Error{Code::malformed, "head"};
      const std::uint8_t byte = body[0];
      body = body.subspan(1);
      size |= std::size_t{byte & 0x7fu} << shift;
      if (byte < 0x80) break;
    }
    if (size > body.size()) return Error{Code::truncated, "head"};
    head = body.first(size);
    body = body.subspan(size);
  } else if (method != zstd) {
    return Error{Code::parked, "packing"};
  }
  GANDAN_CHECK(inflate(head, body, limit));
  return Unpacked{buffer_, false};
}

}  // namespace gandan::changelog
