// Crowd: light phones over TLS, each on a thread of its own, against the program. A phone pushes segments,
// writes down every receipt and every checkpoint that it is given, holds each answer against those before it,
// and sends again what was not acknowledged: what devices do, without their vaults.
//
// Threading: belongs to the test's thread, counters to any. Nothing is asserted on the phones' threads: what
// they find wrong is in faults() once they have stopped.
#pragma once

#include "integration/server/wire_program.hpp"

namespace gandan::server::test {

struct Receipt {
  std::uint64_t index = 0;
  std::int64_t receipt_ms = 0;
};

struct CrowdPace {
  int pause_ms = 12;        // at most, between two requests of a phone
  int most_segments = 3;    // of a request, beside what is sent again
  int patience_s = 20;      // for an answer
  std::size_t bytes = 120;  // of a segment's ciphertext
};

class Crowd {
 public:
  explicit Crowd(ServedProgram& served, const CrowdPace& pace = {});
  ~Crowd();

  void go();
  // Nothing new is made from now on; returns when everything is acknowledged. Throws when that takes longer.
  void finish(int seconds = 60);

  std::uint64_t acknowledged() const { return acknowledged_; }
  std::uint64_t busy() const { return busy_; }      // answers that said: come again
  std::uint64_t broken() const { return broken_; }  // requests without an answer
  // Waits for so many more acknowledged segments; false: they did not come.
  bool hears(std::uint64_t more, int seconds = 30) const;

  // What one phone was told.
  struct Phone {
    std::size_t number = 0;
    std::deque<Bytes> unacknowledged;  // segments, in their form within a run
    std::vector<Hash> hashes, bodies;  // of all segments, and of their bytes as sent
    std::vector<Receipt> receipts;     // of the acknowledged ones
    std::vector<ledger::Checkpoint> seen;
    Bytes token;
    std::string fault;  // the first
  };
  const std::vector<Phone>& phones() const { return phones_; }
  std::string faults() const;

 private:
  void live(Phone& phone);
  Bytes next_request(Phone& phone);
  void take(Phone& phone, const Response& response, std::uint64_t floor);
  void take_receipts(Phone& phone, const Response& response);

  ServedProgram& served_;
  const CrowdPace pace_;
  std::mutex making_;  // the realm makes one segment at a time
  std::vector<Phone> phones_;
  std::atomic<std::uint64_t> acknowledged_{0}, busy_{0}, broken_{0};
  std::atomic<std::uint64_t> highest_{0};  // size of the largest checkpoint that was shown to anybody
  std::atomic<bool> last_{false}, over_{false};
  std::vector<std::jthread> threads_;
};

}  // namespace gandan::server::test
