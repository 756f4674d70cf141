// Packing: columns into the plaintext of a segment and back. Private to this folder.
//
//   plaintext   method (u8) ‖ body ‖ zeros up to the PADMÉ size
//   0 stored    the columns
//   1 zstd      one zstd frame without magic number, content size and checksum
// Sealing takes the shorter. It ends a block of the frame where the text begins, so that numbers and letters
// get entropy tables of their own: 3 to 10 % shorter than one block. Bytes: schema/wire/segment.md.
//
// Threading: a Packer belongs to one thread at a time.
#pragma once

#include <memory>

#include "changelog/columns.hpp"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace gandan::changelog {

// Rounds a length up so that at most O(log log n) bits of it show, by at most 12 %: Nikitin et al., "Reducing
// Metadata Leakage from Encrypted Files and Communication with PURBs", PETS 2019, algorithm 1.
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
  // Appends the frame; false where it needs `room` bytes or more.
  Result<bool> deflate(const Columns& columns, std::size_t room, Bytes& out);
  // Fills buffer_ from the frame that `body` begins with; the rest must be zeros.
  Status inflate(ByteView body, std::size_t limit);

  std::unique_ptr<ZSTD_CCtx_s, CompressDeleter> compress_;
  std::unique_ptr<ZSTD_DCtx_s, InflateDeleter> inflate_;
  Bytes buffer_;
};

}  // namespace gandan::changelog
