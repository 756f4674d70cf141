// What a supervisor finds who comes afterwards: a device that knows nothing pulls every entry and every
// segment, and what the phones were told is held against it.
//
// Threading: plain functions. Errors: std::runtime_error where the server does not answer.
#pragma once

#include "crowd.hpp"

namespace gandan::server::test {

struct Pulled {
  std::vector<ledger::EntryBytes> entries;
  ledger::Checkpoint checkpoint;
  struct Segment {
    FeedId feed;
    std::uint64_t sequence = 0, index = 0;
    Hash body;  // of its bytes
  };
  std::vector<Segment> segments;
};
Pulled pull_everything(const ServedProgram& served, const TestDevice& supervisor);

// What does not hold, by the clients' own notes; empty: every acknowledged segment stands in the ledger once,
// where its receipt says, every checkpoint that anybody saw is a prefix of what was pulled, and nobody's
// request ended with an error that a person would have seen.
std::string what_is_wrong(const Crowd& crowd, const ServedProgram& served, const Pulled& pulled);

// The same with `gandan-server verify` behind it, which stops the server.
void check_everything(const Crowd& crowd, ServedProgram& served, const TestDevice& supervisor);

}  // namespace gandan::server::test
