// Sealed fields of a record: who may open what stands in them, and who has (schema/wire/sealed.md).
//
//   @sealed_for   further recipients of a content that is named by its commitment
//   @opened       an opening, written by the device that opened before the text was shown
//
// All ops of both marks count, also those that another op replaces: a recipient is never taken away, an
// opening never undone. Anybody with the unit's key can write them: of an opening the op's author is who
// opened, and a wrap that does not hold opens nothing.
//
// Threading: pure functions; results point into the state and live as long as it, unchanged.
#pragma once

#include <set>

#include "changelog/merge.hpp"
#include "changelog/sealed_value.hpp"
#include "records/tree.hpp"

namespace gandan::records {

constexpr std::string_view kSealedForMark = "@sealed_for";
constexpr std::string_view kOpenedMark = "@opened";

// The wraps beside the content and those of the marks that name it. There may be several for one device.
changelog::SealWraps wraps_of(const changelog::RecordState& state, const changelog::SealedText& text);
std::set<DeviceId> recipients_of(const changelog::SealWraps& wraps);

// How many may open what is sealed there; nothing when a later program sealed it.
std::optional<std::size_t> sealed_recipients(const changelog::Sealed& value);

struct Opening {
  const changelog::OpEntry* op = nullptr;
  Hash commitment;
  std::string path;  // as the opener said
};
std::string opening_text(const Hash& commitment, std::string_view path);  // the mark's value
std::optional<Opening> read_opening(const changelog::OpEntry& op);
std::vector<Opening> openings_of(const changelog::RecordState& state);  // by stamp

// Adds the marks' recipients to the sealed values of a document, so that they are counted wherever it is
// shown. What is stored and signed stays as it is.
void note_recipients(Document& document, const changelog::RecordState& state);

}  // namespace gandan::records
