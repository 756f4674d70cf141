#include "ledger_check.hpp"

#include <set>

namespace gandan::server::test {
namespace {

constexpr int kMostPages = 1000;

// Root of the ledger at each size that anybody was shown.
std::map<std::uint64_t, Hash> roots_at(const std::vector<ledger::EntryBytes>& entries,
                                       const std::set<std::uint64_t>& sizes) {
  std::map<std::uint64_t, Hash> out;
  ledger::Frontier frontier;
  for (const auto& entry : entries) {
    frontier.append(ledger::leaf_hash(entry));
    if (sizes.count(frontier.size()) != 0) out[frontier.size()] = frontier.root();
  }
  return out;
}

}  // namespace

Pulled pull_everything(const ServedProgram& served, const TestDevice& supervisor) {
  Pulled out;
  std::map<UnitId, std::uint64_t> cursors;
  for (int page = 0; page < kMostPages; ++page) {
    RequestBuilder request(served.realm, supervisor);
    request.hello.cursors = cursors;
    request.hello.leaves_from = out.entries.size();
    const auto answer = served.sync(served.body(request));
    if (!answer.refused().empty() || !answer.done) throw std::runtime_error("refused: " + answer.refused());
    for (std::size_t at = 0; at < answer.leaves.size(); at += ledger::kEntryBytes) {
      auto& entry = out.entries.emplace_back();
      std::copy_n(answer.leaves.begin() + static_cast<std::ptrdiff_t>(at), ledger::kEntryBytes,
                  entry.begin());
    }
    for (const auto& one : answer.segments)
      out.segments.push_back({one.feed, one.sequence, one.pulled.index, crypto::sha256(one.pulled.segment)});
    cursors = answer.done->cursors;
    out.checkpoint = answer.checkpoint;
    if (!answer.done->more && out.entries.size() >= out.checkpoint.size) return out;
  }
  throw std::runtime_error("a pull without an end");
}

std::string what_is_wrong(const Crowd& crowd, const ServedProgram& served, const Pulled& pulled) {
  std::string wrong = crowd.faults();
  const auto say = [&](const std::string& what) {
    if (wrong.size() < 2000) wrong += what + "\n";
  };
  std::set<std::uint64_t> sizes{pulled.checkpoint.size};
  for (const auto& phone : crowd.phones())
    for (const auto& seen : phone.seen) sizes.insert(seen.size);
  const auto roots = roots_at(pulled.entries, sizes);
  const auto root = [&](std::uint64_t size) {
    const auto found = roots.find(size);
    return found == roots.end() ? Hash{} : found->second;
  };
  if (pulled.entries.size() != pulled.checkpoint.size ||
      root(pulled.checkpoint.size) != pulled.checkpoint.root)
    say("the ledger's entries are not what its checkpoint says");

  std::map<Hash, int> times;  // that a segment stands in the ledger
  for (const auto& bytes : pulled.entries)
    if (const auto entry = ledger::parse_entry(bytes);
        entry.ok() && entry->type == ledger::EntryType::segment)
      ++times[entry->hash];
  std::map<std::pair<FeedId, std::uint64_t>, std::vector<Pulled::Segment>> copies;
  for (const auto& segment : pulled.segments) copies[{segment.feed, segment.sequence}].push_back(segment);

  for (const auto& phone : crowd.phones()) {
    const auto who = "phone " + std::to_string(phone.number) + ", ";
    for (const auto& seen : phone.seen)
      if (root(seen.size) != seen.root) say(who + "a checkpoint that the ledger does not continue");
    for (std::uint64_t i = 0; i < phone.receipts.size(); ++i) {
      const auto segment = who + "segment " + std::to_string(i) + ": ";
      const auto& receipt = phone.receipts[i];
      if (times[phone.hashes[i]] != 1)
        say(segment + std::to_string(times[phone.hashes[i]]) + " times in the ledger");
      if (receipt.index >= pulled.entries.size() ||
          pulled.entries[receipt.index] !=
              ledger::entry_bytes({ledger::EntryType::segment, phone.hashes[i], receipt.receipt_ms}))
        say(segment + "not where its receipt says");
      const auto& found = copies[{served.feeds[phone.number].id, i}];
      if (found.size() != 1 || found[0].index != receipt.index || found[0].body != phone.bodies[i])
        say(segment + "given out " + std::to_string(found.size()) + " times, or another one");
    }
  }
  return wrong;
}

void check_everything(const Crowd& crowd, ServedProgram& served, const TestDevice& supervisor) {
  const auto pulled = pull_everything(served, supervisor);
  CHECK(what_is_wrong(crowd, served, pulled) == "");
  CHECK(served.server.stop() == 0);
  const auto verified = gandan_server({"verify", "--data", served.server.data()});
  INFO(verified.out << verified.err);
  CHECK(verified.status == 0);
  CHECK(verified.out.find(" " + std::to_string(crowd.acknowledged()) + " segments") != std::string::npos);
}

}  // namespace gandan::server::test
