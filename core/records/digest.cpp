#include "records/digest.hpp"

#include <algorithm>
#include <map>

#include "crypto/hash.hpp"

namespace gandan::records {
namespace {

constexpr std::size_t kDigestDigits = 16;

json::value in_order(const json::value& value) {
  if (const auto* list = value.if_array()) {
    json::array out;
    for (const auto& one : *list) out.push_back(in_order(one));
    return out;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  std::map<std::string, const json::value*> sorted;
  for (const auto& member : *object)
    if (!member.key().starts_with('#')) sorted[std::string(member.key())] = &member.value();
  json::object out;
  for (const auto& [name, member] : sorted) out[name] = in_order(*member);
  return out;
}

}  // namespace

std::string digest_of(const json::object& row, const std::vector<std::string_view>& without) {
  json::object said = row;
  for (const auto name : without) said.erase(name);
  const std::string text = json::compact(in_order(json::value(std::move(said))));
  return to_hex(crypto::sha256(as_bytes(text)).view()).substr(0, kDigestDigits);
}

}  // namespace gandan::records
