// A record, and two administrators who may erase its personal data.
#pragma once

#include "fixture.hpp"

namespace gandan::roster::test {

struct Erasing : Chain {
  TestDevice second = device(Role::admin, top);
  TestDevice phone = device(Role::cadre, commune);
  FeedId feed = [this] {
    apply(by(phone, FeedBody{commune, 0}));
    return feed_id(realm, phone.id(), 0, commune);
  }();
  RecordId record = made_in(feed, 7);

  static RecordId made_in(const FeedId& feed, std::uint8_t n) {
    RecordId out;
    std::copy_n(feed.bytes.begin(), 10, out.bytes.begin());
    out.bytes[15] = n;
    return out;
  }
  Hash propose(const TestDevice& who, EraseReason reason = EraseReason::person) {
    const auto statement = by(who, ProposeBody{EraseAct{record, reason}});
    apply(statement);
    return statement_hash(realm, statement);
  }
  bool erased() const { return roster->erased(record) != nullptr; }
};

}  // namespace gandan::roster::test
