// photo.same: one photo in records of different occasions. An attachment is encrypted under a key of its own,
// so equal photos have different chunks: those of one size are opened and hashed, where their chunks are
// here. One that was cut or scaled is another one here: no library at hand decodes pictures.
//
// A photo of a gathering belongs to each household that was there, and one that two records share which name
// each other is no second use.
#include <algorithm>

#include "audit/indicators/indicators.hpp"
#include "crypto/hash.hpp"
#include "vault/attachments.hpp"

namespace gandan::audit {
namespace {

constexpr std::uint64_t kMostOpened = std::uint64_t{512} << 20;  // bytes, for one audit

struct Use {
  const Fact* fact;
  const changelog::BlobRef* image;
};

// Nothing: a chunk is not here, or does not open.
std::optional<Hash> content_of(vault::Vault& vault, const changelog::BlobRef& image) {
  const auto content = vault::read_attachment(vault, image);
  return content.ok() ? std::optional<Hash>(crypto::sha256(*content)) : std::nullopt;
}

bool one_act(const Fact& a, const Fact& b) {
  const auto names = [](const Fact& x, const Fact& y) {
    return std::find(x.of.begin(), x.of.end(), y.id) != x.of.end();
  };
  return a.id == b.id || a.same_occasion(b) || names(a, b) || names(b, a);
}

void add_group(Scope& scope, const records::Indicator& about, const std::vector<Use>& uses) {
  std::vector<const Fact*> facts;
  for (const auto& use : uses)
    if (std::none_of(facts.begin(), facts.end(),
                     [&](const Fact* other) { return one_act(*other, *use.fact); }))
      facts.push_back(use.fact);
  if (facts.size() < 2 ||
      std::none_of(facts.begin(), facts.end(), [&](const Fact* fact) { return scope.in_period(*fact); }))
    return;
  scope.add(about, facts,
            {{"file", said(uses.front().image->name)},
             {"count", said_number(static_cast<std::int64_t>(facts.size()))}});
}

}  // namespace

void find_same_photos(Scope& scope, vault::Vault* vault) {
  const auto* about = scope.wants("photo.same");
  if (about == nullptr) return;
  std::map<std::uint64_t, std::vector<Use>> by_size;
  for (const auto& fact : scope.facts)
    if (fact.finalized && fact.day && *fact.day <= scope.as_of() && scope.of_kind(*about, fact))
      for (const auto& image : fact.images)
        if (!image.chunks.empty()) by_size[image.size].push_back({&fact, &image});
  std::uint64_t opened = 0;
  for (const auto& [size, uses] : by_size) {
    if (uses.size() < 2) continue;
    std::map<Hash, std::vector<Use>> by_chunk, by_content;  // the same reference first: that needs no opening
    for (const auto& use : uses) by_chunk[use.image->chunks.front()].push_back(use);
    for (const auto& [chunk, same] : by_chunk) {
      std::optional<Hash> content;
      if (vault != nullptr && by_chunk.size() > 1 && opened + size <= kMostOpened) {
        content = content_of(*vault, *same.front().image);
        opened += size;
      }
      if (!content && by_chunk.size() > 1) scope.report.photos_unread += same.size();
      auto& group = by_content[content.value_or(chunk)];
      group.insert(group.end(), same.begin(), same.end());
    }
    for (const auto& [content, group] : by_content) add_group(scope, *about, group);
  }
}

}  // namespace gandan::audit
