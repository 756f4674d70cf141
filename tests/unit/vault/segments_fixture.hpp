// A device's segments taken out of its vault and given to another one by hand, in any order and with any
// receipt.
#pragma once

#include "support/realm.hpp"
#include "vault/ingest.hpp"

namespace gandan::test {

// The one segment of `from`'s only feed, as a receiver gets it.
struct Received {
  FeedId feed;
  std::uint64_t sequence;
  Hash previous;
  Bytes bytes;
};
inline std::vector<Received> segments_of(Device& from) {
  must(vault::seal(*from.vault));
  std::vector<Received> out;
  auto rows =
      must(from.vault->db().query("SELECT feed.id, sequence, previous, bytes FROM segment JOIN feed ON "
                                  "feed.number = segment.feed ORDER BY segment.feed, sequence"));
  while (must(rows.step()))
    out.push_back({FeedId::from(rows.blob(0)), static_cast<std::uint64_t>(rows.integer(1)),
                   Hash::from(rows.blob(2)), to_bytes(rows.blob(3))});
  return out;
}

inline vault::IngestReport give(Device& to, const std::vector<Received>& segments,
                                std::optional<vault::Receipt> receipt = std::nullopt) {
  auto ingest = must(vault::Ingest::begin(*to.vault));
  for (const auto& s : segments) must(ingest->segment(s.feed, s.sequence, s.previous, s.bytes, receipt));
  return must(ingest->commit());
}

struct Pair : Realm {
  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
  std::unique_ptr<Device> b = enrolled("b", roster::Role::cadre, commune);
};

}  // namespace gandan::test
