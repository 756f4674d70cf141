// Branches: ops that only this copy of a vault has, moved from a feed that another copy went on with to the
// device's next incarnation, as if that had been opened when the copies parted.
//
//   stamps         (HLC, feed) ─> (HLC, new feed) behind the last op that both copies have
//   ids            of records and items made since: the new feed's, with the same counter; in texts, too
//   marks          what they have seen is split at that op
//   sealed texts   say where they were sealed, and open as before
//
// So no stamp and no id of the two copies is ever the same, and a version vector says of each copy what its
// author had seen of it. What others know by its old stamp they know from a feed that lost its place.
//
// Threading: plain values.
#pragma once

#include "changelog/op.hpp"

namespace gandan::vault {

struct Branch {
  FeedId from, to;
  changelog::Hlc last_common = 0;  // of the stamps in `from`: those above it are this copy's
  std::uint64_t first_id = 0;      // of the ids of `from`: this counter and those above it are this copy's
};

class Branches {
 public:
  void add(const Branch& branch);
  bool empty() const { return entries_.empty(); }

  changelog::Op moved(changelog::Op op) const;
  void split(changelog::Seen& seen) const;  // what was seen of a feed, above the op that both have
  template <class Id>
  Id renamed(const Id& id) const {
    return Id::from(renamed_id(id.view()));
  }

 private:
  struct Entry {
    Branch branch;
    std::string beginning;  // of the ids of `from`, as text
  };
  Bytes renamed_id(ByteView id) const;
  std::string renamed_text(std::string text) const;
  changelog::Value moved_value(changelog::Value value) const;
  void restamp(changelog::Stamp& stamp) const;

  std::vector<Entry> entries_;
};

// One above the highest counter of the feed's ids that the op names as its record or in its path; 0: none.
std::uint64_t ids_named(const FeedId& feed, const changelog::Op& op);

}  // namespace gandan::vault
