// Bytes that must not outlive their use: keys, seeds, passphrases. Both kinds move and never copy by
// accident, and are zeroised with OPENSSL_cleanse when they go or are moved from.
//
// Threading: plain values.
#pragma once

#include <array>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::crypto {

void cleanse(std::span<std::uint8_t> bytes);  // zeroises in a way that no compiler removes

// Keeps keys out of crash dumps: none is written of this process, and (Linux) no other process of the same
// user attaches to it. Called by programs at their start; a library does not decide that for its host.
void forbid_memory_dumps();

// Takes the same time for all contents of one length; the lengths are not secret.
bool constant_time_equal(ByteView a, ByteView b);

// N secret bytes, stored in place.
template <std::size_t N>
class Secret {
 public:
  static constexpr std::size_t size = N;

  Secret() = default;  // all zero, to be filled through data()
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { cleanse(other.bytes_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      cleanse(other.bytes_);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { cleanse(bytes_); }

  static Result<Secret> from(ByteView bytes) {  // Code::bad_key unless there are exactly N bytes
    if (bytes.size() != N) return Error{Code::bad_key, "wrong length"};
    Secret out;
    std::copy_n(bytes.begin(), N, out.bytes_.begin());
    return out;
  }
  Secret copy() const {  // on purpose, e.g. for a key ring
    Secret out;
    out.bytes_ = bytes_;
    return out;
  }
  ByteView view() const { return {bytes_.data(), N}; }
  std::span<std::uint8_t, N> data() { return std::span<std::uint8_t, N>(bytes_); }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

// Secret bytes whose number is known at run time only.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size) : bytes_(size) {}  // zeros, to be filled through data()
  explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      cleanse(bytes_);
      bytes_ = std::move(other.bytes_);
      other.bytes_.clear();
    }
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { cleanse(bytes_); }

  SecretBytes copy() const { return SecretBytes(view()); }
  ByteView view() const { return bytes_; }
  std::span<std::uint8_t> data() { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

 private:
  Bytes bytes_;  // never resized: a reallocation would leave a copy behind
};

}  // namespace gandan::crypto
