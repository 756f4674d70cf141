// DocumentProjector: from a record's state to what lists, search and reports read. From the state alone:
// links stay ids and authors stay handles, so that every device and every rebuild gets the same bytes.
//
// Threading: as the Catalog's.
#pragma once

#include "records/document.hpp"
#include "vault/vault.hpp"

namespace gandan::app {

class DocumentProjector : public vault::Projector {
 public:
  DocumentProjector() = default;  // use() comes before the first record
  explicit DocumentProjector(const records::Catalog& catalog) : catalog_(&catalog) {}
  void use(const records::Catalog& catalog) { catalog_ = &catalog; }  // from now on
  vault::Projection project(const RecordId& id, const UnitId& unit, const changelog::RecordState& state,
                            const changelog::RecordView& view) const override;

 private:
  const records::Catalog* catalog_ = nullptr;
};

}  // namespace gandan::app
