// Packing: columns into the plaintext of a segment and back. Private to this folder.
//
//   plaintext   method (u8) ‖ body ‖ zeros up to the PADMÉ size
//   0 stored    the columns
//   1 zstd      one zstd frame without magic number, content size and checksum
//   2 split     head size (varint) ‖ head as it is ‖ such a frame of the text
// Sealing takes the shortest. Bytes: schema/wire/segment.md.
//
// Threading: a Packer belongs to one thread at a time.
#pragma once

#include <memory>

#include "changelog/columns.hpp"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace gandan::changelog {

// Rounds a length up so that at most O(log log n) bits of it show, by at most 12 %: Nikitin et al., "Reducing Metadata
// Leakage from Encrypted Files and Communication with PURBs", PETS 2019, algorithm 1.
std::size_t padme(std::size_t length);

class Packer {
 public:
  Packer();
  ~Packer();
  Packer(Packer&&) noexcept;
  Packer& operator=(Packer&&) noexcept;

  Result<Bytes> pack(const Columns& columns);  // Code::internal when zstd reports a fault

  struct Unpacked {
    ByteView columns;     // into the plaintext or into this object, until its next call
    bool padded = false;  // zeros follow the columns
  };
  // Writes at most `limit` bytes. Code::malformed, Code::too_large, Code::parked for an unknown method.
  Result<Unpacked> unpack(ByteView plaintext, std::size_t limit);

 private:
  struct CompressDeleter {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  struct InflateDeleter {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  Result<Bytes> deflate(ByteView bytes);
  // Fills buffer_ from `head` and the frame that `rest` begins with; the rest of it must be zeros.
  Status inflate(ByteView head, ByteView rest, std::size_t limit);

  std::unique_ptr<ZSTD_CCtx_s, CompressDeleter> compress_;
  std::unique_ptr<ZSTD_DCtx_s, InflateDeleter> inflate_;
  Bytes buffer_;
};

}  // namespace gandan::changelog
