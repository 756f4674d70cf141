#include "crowd.hpp"

#include <chrono>
#include <random>

namespace gandan::server::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kNothing = 1'000'000'000;  // a cursor beyond all: what others wrote is not asked for

void pause(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

bool continues(const ledger::Checkpoint& older, const Response& newer) {
  if (newer.checkpoint.size == older.size) return newer.checkpoint.root == older.root;
  return newer.checkpoint.size > older.size &&
         ledger::verify_consistency(older.size, older.root, newer.checkpoint.size, newer.checkpoint.root,
                                    newer.welcome.consistency.path)
             .ok();
}

bool under_checkpoint(const Response& response, const protocol::OwnReceipt& own) {
  const auto leaf = ledger::entry_leaf({ledger::EntryType::segment, own.head.hash, own.receipt_ms});
  return ledger::verify_inclusion(leaf, own.index, response.checkpoint.size, response.checkpoint.root,
                                  own.proof.path)
      .ok();
}

}  // namespace

Crowd::Crowd(ServedProgram& served, const CrowdPace& pace)
    : served_(served), pace_(pace), phones_(served.feeds.size()) {
  for (std::size_t i = 0; i < phones_.size(); ++i) phones_[i].number = i;
}

Crowd::~Crowd() { over_ = true; }

void Crowd::go() {
  for (auto& phone : phones_)
    threads_.emplace_back([this, &phone] {
      try {
        live(phone);
      } catch (const std::exception& error) {
        if (phone.fault.empty()) phone.fault = error.what();
      }
    });
}

void Crowd::finish(int seconds) {
  last_ = true;
  std::jthread timer([this, seconds](const std::stop_token& done) {
    const auto until = Clock::now() + std::chrono::seconds(seconds);
    while (!done.stop_requested() && Clock::now() < until) pause(20);
    over_ = true;
  });
  threads_.clear();
  timer.request_stop();
  timer.join();
  for (const auto& phone : phones_)
    if (!phone.unacknowledged.empty() && phone.fault.empty())
      throw std::runtime_error("phone " + std::to_string(phone.number) + " still has " +
                               std::to_string(phone.unacknowledged.size()) + " segments");
}

bool Crowd::hears(std::uint64_t more, int seconds) const {
  const auto until = Clock::now() + std::chrono::seconds(seconds);
  const auto wanted = acknowledged_ + more;
  while (acknowledged_ < wanted && Clock::now() < until) pause(1);
  return acknowledged_ >= wanted;
}

std::string Crowd::faults() const {
  std::string out;
  for (const auto& phone : phones_)
    if (!phone.fault.empty()) out += "phone " + std::to_string(phone.number) + ": " + phone.fault + "\n";
  return out;
}

void Crowd::live(Phone& phone) {
  std::mt19937 random(static_cast<unsigned>(phone.number) + 1);
  const auto some = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  std::optional<TlsClient> line;
  while (!over_ && phone.fault.empty() && !(last_ && phone.unacknowledged.empty())) {
    if (!line)
      line.emplace(served_.server.port(), served_.server.authority(),
                   TlsWish{TLS1_3_VERSION, pace_.patience_s, nullptr});
    if (!line->connected()) {
      line.reset();
      pause(2 + some(8));
      continue;
    }
    if (!last_) {
      const std::lock_guard lock(making_);
      if (!phone.seen.empty()) {
        served_.realm.checkpoint_size = phone.seen.back().size;
        served_.realm.checkpoint_root = phone.seen.back().root;
      }
      auto& feed = served_.feeds[phone.number];
      for (int more = 1 + some(pace_.most_segments - 1); more > 0; --more) {
        phone.unacknowledged.push_back(
            served_.realm.segment(*served_.devices[phone.number], feed, pace_.bytes));
        phone.hashes.push_back(feed.hash);
        phone.bodies.push_back(crypto::sha256(phone.unacknowledged.back()));
      }
    }
    const std::uint64_t floor = highest_;
    const auto answer = line->post_sync(next_request(phone));
    if (!answer) {
      line.reset();
      ++broken_;
      continue;
    }
    const auto before = phone.receipts.size();
    take(phone, parse_sync(answer, served_.note_key()), floor);
    if (phone.receipts.size() == before) pause(10 + some(20));
    if (const auto said = answer->headers.find("connection");
        said != answer->headers.end() && said->second == "close")
      line.reset();
    pause(some(pace_.pause_ms));
  }
}

// Everything that was not acknowledged, in one run behind what was.
Bytes Crowd::next_request(Phone& phone) {
  const auto& feed = served_.feeds[phone.number];
  const std::uint64_t told = phone.receipts.size();
  const Hash head = told == 0 ? Hash{} : phone.hashes[told - 1];
  RequestBuilder request(served_.realm, *served_.devices[phone.number]);
  auto& hello = request.hello;
  hello.token = phone.token;
  hello.checkpoint_size = phone.seen.empty() ? 0 : phone.seen.back().size;
  hello.own.push_back({feed.id, told, head, phone.hashes.size()});
  hello.cursors[feed.unit] = kNothing;
  hello.statements_from = hello.wraps_from = kNothing;
  if (!phone.unacknowledged.empty()) {
    request.run(feed.id, told, head);
    for (const auto& segment : phone.unacknowledged) request.segment(segment);
  }
  return served_.body(request);
}

void Crowd::take(Phone& phone, const Response& response, std::uint64_t floor) {
  const auto fault = [&](const std::string& what) {
    if (phone.fault.empty()) phone.fault = what;
  };
  if (response.not_found) return fault("the realm is not known any more");
  if (response.refused() == "net.busy") {
    ++busy_;
    return;
  }
  if (!response.refused().empty()) return fault("refused: " + response.refused());
  if (response.rejected() == "net.busy")
    ++busy_;
  else if (!response.rejected().empty())
    return fault("rejected: " + response.rejected());
  if (!response.welcome.token.empty()) phone.token = response.welcome.token;
  if (response.checkpoint.size < floor)
    return fault("a checkpoint of " + std::to_string(response.checkpoint.size) + " after one of " +
                 std::to_string(floor));
  if (!phone.seen.empty() && !continues(phone.seen.back(), response))
    return fault("a checkpoint that does not continue the one before");
  if (phone.seen.empty() || phone.seen.back().size != response.checkpoint.size)
    phone.seen.push_back(response.checkpoint);
  for (auto highest = highest_.load(); highest < response.checkpoint.size &&
                                       !highest_.compare_exchange_weak(highest, response.checkpoint.size);)
    continue;
  take_receipts(phone, response);
  if (response.welcome.own.size() != 1) return fault("its feed is not spoken of");
  const auto& own = response.welcome.own[0];
  if (own.head.next < phone.receipts.size()) return fault("an acknowledged segment is gone");
  if (own.head.next > phone.hashes.size()) return fault("a segment that was never sent");
  if (own.head.next > 0 &&
      (own.head.hash != phone.hashes[own.head.next - 1] || !under_checkpoint(response, own)))
    fault("its head is not what was sent, or not under the checkpoint");
}

void Crowd::take_receipts(Phone& phone, const Response& response) {
  const auto fault = [&](const std::string& what) {
    if (phone.fault.empty()) phone.fault = what;
  };
  for (const auto& run : response.receipts) {
    if (run.feed != served_.feeds[phone.number].id) return fault("a receipt of another's feed");
    for (std::size_t k = 0; k < run.indexes.size(); ++k) {
      const Receipt receipt{run.indexes[k], run.receipt_ms[k]};
      const std::uint64_t sequence = run.first + k;
      if (receipt.index >= response.checkpoint.size) return fault("a receipt beyond its checkpoint");
      if (sequence < phone.receipts.size()) {
        const auto& known = phone.receipts[sequence];
        if (known.index != receipt.index || known.receipt_ms != receipt.receipt_ms)
          return fault("another receipt for the same segment");
        continue;
      }
      if (sequence != phone.receipts.size() || phone.unacknowledged.empty())
        return fault("a receipt for what was not sent");
      phone.receipts.push_back(receipt);
      phone.unacknowledged.pop_front();
      ++acknowledged_;
    }
  }
}

}  // namespace gandan::server::test
