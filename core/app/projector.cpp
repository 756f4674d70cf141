#include "app/projector.hpp"

#include "base/calendar.hpp"
#include "records/number.hpp"
#include "records/sealed.hpp"

namespace gandan::app {
namespace {

const records::Document* no_links(const records::Document&, const RecordId&) { return nullptr; }

json::object handle_of(const changelog::OpEntry& op) {
  return json::object{{"feed", to_text(op.stamp.feed)},
                      {"holder", to_text(op.holder)},
                      {"at", instant_text(changelog::hlc_ms(op.stamp.hlc))}};
}

}  // namespace

vault::Projection DocumentProjector::project(const RecordId& id, const UnitId& unit,
                                             const changelog::RecordState& state,
                                             const changelog::RecordView& view) const {
  records::Document document = records::make_document(id, unit, view);
  records::note_recipients(document, state);
  const records::RecordType* type = catalog_->find_for(document);
  vault::Projection out;
  out.kind = document.kind;
  if (type != nullptr) {
    catalog_->calculate(document, no_links);
    records::SearchText text = records::search_text(*catalog_, *type, document, no_links);
    out.title = text.title;
    // People search for what they see: "họp", "khiếu nại" stand in the title and in no field.
    if (text.body.find(text.title) == std::string::npos) out.search = text.title + "\n";
    out.search += text.body;
    for (const auto& [number, op] : records::numbers_of(view))
      out.search += records::for_people(number) + "\n";
    out.links = records::links_of(*type, document);
    if (const auto day = records::day_of(*type, document)) out.date = date_text(*day);
  }
  out.document = json::compact(records::document_json(*catalog_, type, document, view, no_links, handle_of));
  return out;
}

}  // namespace gandan::app
