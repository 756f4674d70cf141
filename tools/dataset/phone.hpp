// A device of the year without a vault: its keys, its feeds, and what a vault's journal would write, op for
// op (vault/journal.cpp). A vault for each of two thousand devices would be two thousand databases; what
// leaves them, signed segments, is the same.
//
// Threading: one thread.
#pragma once

#include <memory>

#include "changelog/merge.hpp"
#include "changelog/segment_content.hpp"
#include "protocol/messages.hpp"

namespace gandan::dataset {

using Changes = std::vector<std::pair<std::string, changelog::Value>>;

// A record as all who write it know it; kept only while somebody will write it again.
struct Record {
  RecordId id;
  UnitId unit;
  std::string kind;
  changelog::RecordState state;
  changelog::Stamp last;  // of the last op, for whether it was received
};
using RecordPtr = std::shared_ptr<Record>;

// One feed of a device, and what of it waits to be sealed.
struct Feed {
  FeedId id;
  UnitId unit;
  std::uint32_t incarnation = 0;
  std::uint64_t next = 0;  // of segments
  Hash head;
  std::uint64_t counter = 1;  // of ids
  std::vector<changelog::Op> pending;
  Bytes opening;  // the statement that opens it, until it was sent
  std::uint64_t roster_named = 0;
};

class Phone {
 public:
  Phone(crypto::SigningKey signing, const DeviceId& device) : key(std::move(signing)), id(device) {}

  const crypto::SigningKey key;
  const DeviceId id;
  UnitId unit;
  std::vector<HolderId> holders;
  std::vector<std::size_t> villages;  // of its commune, where its people work
  std::int64_t clock_error = 0;       // ms that its clock is ahead
  changelog::HlcClock clock;
  changelog::Hlc sent = 0;  // up to here the server has it all
  bool gone = false;        // it was removed
  Hash last_statement;
  std::uint64_t checkpoint_size = 0;
  Hash checkpoint_root;
  Bytes token;
  std::int64_t token_until = 0;

  Feed& feed(const UnitId& of);  // the one written now; there must be one
  const std::vector<std::unique_ptr<Feed>>& feeds() const { return feeds_; }
  Feed& add_feed(Feed feed);

  // What a device writes at a moment of true time.
  RecordPtr add(const UnitId& in, std::string kind, std::int64_t schema, Changes changes, const HolderId& who,
                std::int64_t now_ms);
  void save(Record& record, const Changes& changes, const HolderId& who, std::int64_t now_ms);
  // Signs what stands. `judged`: by what (records/workflow.hpp).
  void sign(Record& record, const RealmId& realm, const std::string& judged, const HolderId& who,
            std::int64_t now_ms, const std::string& reason = {});
  ItemId item(const UnitId& in) { return changelog::make_item_id(feed(in).id, feed(in).counter++); }
  bool has_sent(const Record& record) const { return record.last.hlc <= sent; }

 private:
  std::vector<std::unique_ptr<Feed>> feeds_;  // the last of a unit is the one written now
};

}  // namespace gandan::dataset
