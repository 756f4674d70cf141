#include "changelog/packing.hpp"

#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_f_zstd1_magicless and ZSTD_d_stableOutBuffer
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>

#include "protocol/segment.hpp"

namespace gandan::changelog {
namespace {

enum Method : std::uint8_t { stored = 0, zstd = 1 };

// Measured on segments of 64 and 256 ops: 19 saves 1 to 2 % against 9 and takes eight to twenty times as
// long.
constexpr int kLevel = 9;
constexpr int kWindowLog = 18;           // kMaxOpenedBytes
constexpr std::size_t kLeastWorth = 64;  // bytes; below it a frame never pays

void expect(std::size_t zstd_result) {  // parameters are constants: these calls fail for want of memory only
  if (ZSTD_isError(zstd_result)) throw std::bad_alloc();
}

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
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

Result<bool> Packer::deflate(const Columns& columns, std::size_t room, Bytes& out) {
  if (!compress_) {
    compress_.reset(ZSTD_createCCtx());
    if (!compress_) throw std::bad_alloc();
    expect(ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_format, ZSTD_f_zstd1_magicless));
    expect(ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_contentSizeFlag, 0));
    expect(ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_compressionLevel, kLevel));
    expect(ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_windowLog, kWindowLog));
  }
  expect(ZSTD_CCtx_reset(compress_.get(), ZSTD_reset_session_only));
  expect(ZSTD_CCtx_setPledgedSrcSize(compress_.get(), columns.bytes.size()));
  const std::size_t start = out.size();
  out.resize(start + room);
  ZSTD_outBuffer to{out.data() + start, room, 0};
  ZSTD_inBuffer from{columns.bytes.data(), columns.text_start, 0};
  std::size_t left = ZSTD_compressStream2(compress_.get(), &to, &from, ZSTD_e_flush);
  if (left == 0) {
    from.size = columns.bytes.size();
    left = ZSTD_compressStream2(compress_.get(), &to, &from, ZSTD_e_end);
  }
  if (ZSTD_isError(left)) return Error{Code::internal, ZSTD_getErrorName(left)};
  out.resize(start + to.pos);
  return left == 0;
}

Result<Bytes> Packer::pack(const Columns& columns) {
  Bytes out{zstd};
  bool shorter = false;
  if (columns.bytes.size() >= kLeastWorth) {
    GANDAN_TRY(shorter, deflate(columns, columns.bytes.size(), out));
  }
  if (!shorter) {
    out.assign(1, stored);
    append(out, columns.bytes);
  }
  out.resize(padme(out.size()));
  return out;
}

Status Packer::inflate(ByteView body, std::size_t limit) {
  if (!inflate_) {
    inflate_.reset(ZSTD_createDCtx());
    if (!inflate_) throw std::bad_alloc();
    expect(ZSTD_DCtx_setParameter(inflate_.get(), ZSTD_d_format, ZSTD_f_zstd1_magicless));
    expect(ZSTD_DCtx_setParameter(inflate_.get(), ZSTD_d_stableOutBuffer, 1));
    expect(ZSTD_DCtx_setParameter(inflate_.get(), ZSTD_d_windowLogMax, kWindowLog));
  }
  buffer_.resize(limit);
  expect(ZSTD_DCtx_reset(inflate_.get(), ZSTD_reset_session_only));
  ZSTD_inBuffer in{body.data(), body.size(), 0};
  ZSTD_outBuffer out{buffer_.data(), limit, 0};
  const std::size_t more = ZSTD_decompressStream(inflate_.get(), &out, &in);
  if (ZSTD_isError(more)) {
    const bool full = ZSTD_getErrorCode(more) == ZSTD_error_dstSize_tooSmall;
    return Error{full ? Code::too_large : Code::malformed, ZSTD_getErrorName(more)};
  }
  if (more != 0) return Error{out.pos == limit ? Code::too_large : Code::truncated, "columns"};
  if (!all_zero(body.subspan(in.pos))) return Error{Code::malformed, "padding"};
  buffer_.resize(out.pos);
  return {};
}

Result<Packer::Unpacked> Packer::unpack(ByteView plaintext, std::size_t limit) {
  if (plaintext.empty() || limit > protocol::kMaxOpenedBytes) return Error{Code::malformed, "plaintext"};
  const ByteView body = plaintext.subspan(1);
  if (plaintext[0] == stored) return Unpacked{body, true};
  if (plaintext[0] != zstd) return Error{Code::parked, "packing"};
  GANDAN_CHECK(inflate(body, limit));
  return Unpacked{buffer_, false};
}

}  // namespace gandan::changelog
