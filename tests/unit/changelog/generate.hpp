// Arbitrary ops for properties: few records, paths and feeds, so that they meet; every type of value.
#pragma once

#include <rapidcheck.h>

#include "changelog/blob.hpp"
#include "fixture.hpp"

namespace gandan::changelog::test {

inline std::string any_text(Seeded& random, std::size_t most) {
  std::string out;
  const auto words = random.below(most);
  for (std::uint64_t i = 0; i < words; ++i) out += small_text(random) + " ";
  return out;
}

inline Value any_value(Seeded& random) {
  switch (random.below(12)) {
    case 0:
      return Null{};
    case 1:
      return random.below(2) == 0;
    case 2:
      return static_cast<std::int64_t>(random.next());
    case 3:
      return any_text(random, 6);
    case 4:
      return Date{static_cast<std::int32_t>(random.next())};
    case 5:
      return Instant{static_cast<std::int64_t>(random.next())};
    case 6: {
      Choices out;
      for (std::uint64_t i = 0, n = random.below(4); i < n; ++i) out.codes.push_back(std::string(1 + i, 'a'));
      return out;
    }
    case 7:
      return Position{static_cast<std::int32_t>(random.below(1'800'000'001)) - 900'000'000,
                      static_cast<std::int32_t>(random.below(2'000'000'001)) - 1'000'000'000,
                      static_cast<std::uint32_t>(random.next())};
    case 8: {
      BlobRef out{any_text(random, 2), "image/jpeg", random.below(5 * kBlobChunkBytes), Bytes(32), {}};
      random.fill(out.key);
      for (auto n = blob_chunk_count(out.size); n > 0; --n) out.chunks.push_back(random_id<Hash>(random));
      return out;
    }
    case 9:
      return Sealed{Bytes(random.below(40), 7)};
    case 10:
      return Personal{Bytes(random.below(40), 9)};
    default: {
      Mark out;
      for (std::uint64_t i = 0, n = random.below(4); i < n; ++i)
        out.seen[id_of<FeedId>(100 + i)] = random.next();
      if (random.below(2) == 0) out.content = random_id<Hash>(random);
      out.reason = any_text(random, 3);
      return out;
    }
  }
}

inline std::string any_path(Seeded& random) {
  const auto item = [&] {
    return to_text(make_item_id(id_of<FeedId>(100 + random.below(3)), random.below(5)));
  };
  switch (random.below(8)) {
    case 0:
      return "title";
    case 1:
      return "place.village";
    case 2:
      return "agenda[" + item() + "]";
    case 3:
      return "agenda[" + item() + "].text";
    case 4:
      return "a[" + item() + "].b[" + item() + "].c[" + item() + "].d[" + item() + "]";
    case 5:
      return "@kind";
    case 6:
      return "agenda[" + item() + "]@deleted";
    default:
      return kFields[random.below(std::size(kFields))];
  }
}

// Ops of one feed in the order of its log, in saves, with some that were first written in an earlier feed.
inline std::vector<Op> any_ops(std::size_t count, std::uint64_t seed) {
  Seeded random(seed);
  const World world;
  std::vector<Op> out;
  Hlc hlc = (Hlc{1'790'000'000'000} + random.below(1'000'000)) << 16;
  const auto own_from =
      random.below(4) == 0 ? random.below(count) : 0;  // ops before it: of a feed that was restored
  while (out.size() < count) {
    hlc += random.below(3) == 0 ? random.below(5) : random.below(100'000) << 16;
    const Hlc save = ++hlc;
    const auto size = static_cast<std::uint32_t>(1 + random.below(6));
    const auto skipped =
        random.below(8) == 0 ? random.below(size) : 0;  // the save began in the segment before
    HolderId holder;
    if (random.below(4) != 0)
      holder = HolderId::from(make_record_id(id_of<FeedId>(100 + random.below(3)), random.below(9)).view());
    for (std::uint64_t i = skipped; i < size && out.size() < count; ++i) {
      Op op;
      const auto from = random.below(8) == 0 ? id_of<FeedId>(900) : id_of<FeedId>(100 + random.below(3));
      op.record = random.below(20) == 0 ? random_id<RecordId>(random) : make_record_id(from, random.below(5));
      op.path = any_path(random);
      op.value = any_value(random);
      op.stamp = {save + i, out.size() < own_from ? id_of<FeedId>(77) : world.feed};
      op.save = save;
      op.count = size;
      op.holder = holder;
      const auto before = std::find_if(
          out.rbegin(), out.rend(), [&](const Op& o) { return o.record == op.record && o.path == op.path; });
      if (before != out.rend() && random.below(3) != 0) op.replaces.push_back(before->stamp);
      for (auto n = random.below(4) == 0 ? random.below(4) : 0; n > 0; --n) {
        op.replaces.push_back({random.below(2) == 0 ? random.next() : save - random.below(1u << 30),
                               id_of<FeedId>(100 + random.below(5))});
      }
      std::sort(op.replaces.begin(), op.replaces.end());
      op.replaces.erase(std::unique(op.replaces.begin(), op.replaces.end()), op.replaces.end());
      out.push_back(std::move(op));
    }
    hlc += size;
  }
  return out;
}

// rapidcheck, as a Catch2 assertion.
template <class F>
void check_property(const char* what, F f) {
  const auto result = rc::detail::checkTestable(f);
  if (!result.template is<rc::detail::SuccessResult>()) {
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    FAIL(what << ": " << text.str());
  }
  CHECK(result.template is<rc::detail::SuccessResult>());
}

}  // namespace gandan::changelog::test
