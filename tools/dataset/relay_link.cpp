#include "dataset/relay_link.hpp"

#include <condition_variable>
#include <mutex>

#include "relay/exchange.hpp"

namespace gandan::dataset {
namespace {

using State = server::Exchange::State;
using Wake = std::function<void()>;

// Until the exchange waits for its realm's sequencer no longer.
State drive(const std::function<State(const Wake&)>& first, const std::function<State(const Wake&)>& again) {
  struct Signal {
    std::mutex mutex;
    std::condition_variable condition;
    bool woken = false;
  };
  const auto signal = std::make_shared<Signal>();
  const Wake wake = [signal] {
    const std::lock_guard lock(signal->mutex);
    signal->woken = true;
    signal->condition.notify_one();
  };
  auto state = first(wake);
  while (state == State::waiting) {
    {
      std::unique_lock lock(signal->mutex);
      signal->condition.wait(lock, [&] { return signal->woken; });
      signal->woken = false;
    }
    state = again(wake);
  }
  return state;
}

}  // namespace

Result<Bytes> ask_relay(server::Relay& relay, ByteView body) {
  server::Exchange exchange(relay);
  auto state = drive([&](const Wake& wake) { return exchange.feed(body, wake); },
                     [&](const Wake& wake) { return exchange.feed({}, wake); });
  if (state == State::reading) {
    const auto finish = [&](const Wake& wake) { return exchange.finish(wake); };
    state = drive(finish, finish);
  }
  if (state != State::answering) return Code::not_found;
  Bytes out;
  for (;;) {
    const Bytes piece = exchange.next_piece();
    if (piece.empty()) return out;
    append(out, piece);
  }
}

Status RelayLink::exchange(ByteView body, const std::function<Status(ByteView)>& receive) {
  GANDAN_TRY(const Bytes answer, ask_relay(relay_, body));
  if (!lie_) return receive(answer);
  protocol::FrameReader reader;
  reader.push(answer);
  Frames frames;
  for (;;) {
    GANDAN_TRY(auto frame, reader.next());
    if (!frame) break;
    frames.push_back(std::move(*frame));
  }
  lie_(frames);
  Bytes told;
  for (const auto& frame : frames) protocol::append_frame(told, frame.type, frame.payload);
  return receive(told);
}

}  // namespace gandan::dataset
