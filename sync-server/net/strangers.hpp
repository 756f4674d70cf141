// Strangers: how many connections one address has of which nobody knows yet whose they are. Without a bound
// one machine could hold all that a server has, each for as long as a stranger may take, and do nothing with
// them. Who has proven to be a device counts no more: many phones share one address of their network, and
// each proves it in a moment.
//
//   enter ─> Pass, held until the device is known or the connection ends; empty: too many, close it
//
// Of an IPv6 address the first 64 bits count: what one customer is given.
//
// Threading: any thread. Memory: one entry for each address that has strangers now.
#pragma once

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace gandan::server {

class Strangers {
  using Key = boost::asio::ip::address_v6::bytes_type;
  struct State {
    std::mutex mutex;
    std::map<Key, std::size_t> counts;  // guarded by mutex
  };

 public:
  explicit Strangers(std::size_t most) : most_(most) {}  // 0: any number

  class Pass {
   public:
    Pass() = default;
    Pass(Pass&& other) noexcept : state_(std::exchange(other.state_, nullptr)), key_(other.key_) {}
    Pass& operator=(Pass&& other) noexcept {
      std::swap(state_, other.state_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Pass() {
      if (!state_) return;
      const std::lock_guard lock(state_->mutex);
      const auto found = state_->counts.find(key_);
      if (--found->second == 0) state_->counts.erase(found);
    }
    explicit operator bool() const { return state_ != nullptr; }

   private:
    friend class Strangers;
    Pass(std::shared_ptr<State> state, const Key& key) : state_(std::move(state)), key_(key) {}
    std::shared_ptr<State> state_;
    Key key_{};
  };

  Pass enter(const boost::asio::ip::address& address) {
    const Key key = key_of(address);
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->counts.find(key);
    if (found == state_->counts.end())
      state_->counts.emplace(key, 1);
    else if (most_ != 0 && found->second >= most_)
      return {};
    else
      ++found->second;
    return Pass(state_, key);
  }

 private:
  static Key key_of(const boost::asio::ip::address& address) {
    using boost::asio::ip::address_v6;
    if (address.is_v4()) return make_address_v6(boost::asio::ip::v4_mapped, address.to_v4()).to_bytes();
    Key key = address.to_v6().to_bytes();
    if (!address.to_v6().is_v4_mapped()) std::fill(key.begin() + 8, key.end(), std::uint8_t{0});
    return key;
  }

  const std::size_t most_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace gandan::server
