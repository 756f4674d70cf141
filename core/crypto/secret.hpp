// Bytes that must not outlive their use: keys, seeds, passphrases. Both kinds move and never copy by
// accident, and are zeroised with OPENSSL_cleanse when they go.
//
// Threading: plain values.
#pragma once

#include <array>
#include <utility>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::crypto {

void cleanse(std::span<std::uint8_t> bytes);  // zeroises in a way that no compiler removes

// Keeps keys out of crash dumps: none is written of this process, and (Linux) no other process of the same
// user attaches to it. Called by programs at their start; a library does not decide that for its host.
void forbid_memory_dumps();

// Takes the same time for all contents of one length; the lengths are not secret.
bool constant_time_equal(ByteView a, ByteView b);

// Where secrets lie. Until lock_secret_memory() was called, and when its arena is full: the ordinary heap.
// All zero when it is handed out; zeroised when it is given back.
class SecretBlock {
 public:
  SecretBlock() = default;  // of no bytes
  explicit SecretBlock(std::size_t size);
  SecretBlock(SecretBlock&& other) noexcept
      : at_(std::exchange(other.at_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecretBlock& operator=(SecretBlock&& other) noexcept {
    std::swap(at_, other.at_);
    std::swap(size_, other.size_);
    return *this;
  }
  SecretBlock(const SecretBlock&) = delete;
  SecretBlock& operator=(const SecretBlock&) = delete;
  ~SecretBlock();

  std::uint8_t* at() const { return at_; }
  std::size_t size() const { return size_; }

 private:
  std::uint8_t* at_ = nullptr;
  std::size_t size_ = 0;
};

// One arena for this process's secrets, and for the private keys that OpenSSL holds: its pages are never
// swapped out, nor written into a dump, and lie between pages that nobody may touch (OpenSSL's secure heap).
// Called by programs at their start, before any secret is made; a library does not decide that for its host.
enum class SecretMemory {
  locked,
  not_locked,  // the system's limit forbids it (ulimit -l): zeroised and kept out of dumps, but may be
               // swapped
  ordinary,    // no arena on this platform, e.g. WebAssembly: zeroised, and no more
};
SecretMemory lock_secret_memory();

// N secret bytes.
template <std::size_t N>
class Secret {
 public:
  static constexpr std::size_t size = N;

  Secret() : block_(N) {}  // all zero, to be filled through data()
  Secret(Secret&& other) noexcept = default;
  Secret& operator=(Secret&& other) noexcept {
    SecretBlock old = std::move(block_);
    block_ = std::move(other.block_);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  static Result<Secret> from(ByteView bytes) {  // Code::bad_key unless there are exactly N bytes
    if (bytes.size() != N) return Error{Code::bad_key, "wrong length"};
    Secret out;
    std::copy_n(bytes.begin(), N, out.block_.at());
    return out;
  }
  Secret copy() const {  // on purpose, e.g. for a key ring
    Secret out;
    const ByteView bytes = view();
    std::copy(bytes.begin(), bytes.end(), out.block_.at());
    return out;
  }
  // What was moved from is all zero.
  ByteView view() const { return {block_.size() == N ? block_.at() : nothing.data(), N}; }
  std::span<std::uint8_t, N> data() {
    if (block_.size() != N) block_ = SecretBlock(N);
    return std::span<std::uint8_t, N>(block_.at(), N);
  }

 private:
  static constexpr std::array<std::uint8_t, N> nothing{};
  SecretBlock block_;
};

// Secret bytes whose number is known at run time only.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size) : block_(size) {}  // zeros, to be filled through data()
  explicit SecretBytes(ByteView bytes) : block_(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), block_.at());
  }
  SecretBytes(SecretBytes&& other) noexcept = default;
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    SecretBlock old = std::move(block_);
    block_ = std::move(other.block_);
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  SecretBytes copy() const { return SecretBytes(view()); }
  ByteView view() const { return {block_.at(), block_.size()}; }
  std::span<std::uint8_t> data() { return {block_.at(), block_.size()}; }
  std::size_t size() const { return block_.size(); }
  bool empty() const { return block_.size() == 0; }

 private:
  SecretBlock block_;  // never resized: a reallocation would leave a copy behind
};

}  // namespace gandan::crypto
