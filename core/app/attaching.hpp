// Attaching: where in a record a file goes, and how it gets there: what attachment.add and the pieces of
// attachment.begin share.
//
// Threading: as the Session's.
#pragma once

#include "app/documents.hpp"
#include "app/params.hpp"

namespace gandan::app {

struct FilePlace {
  std::string path;     // of the form's file field; empty: the first one
  json::object fields;  // beside it, in the list item that is made for the file
  bool late = false;
  std::string reason;
};
FilePlace read_file_place(Params& p);  // path, fields, late, reason
// The parameter "name": no slashes, no control characters.
std::string read_file_name(Params& p, std::string_view otherwise);

// Fills in the path. Code::no_attachment_field.
Status find_place(const Loaded& loaded, FilePlace& place);
// Names the file in the record. The answer of record.show, and "changed".
Result<json::value> attach(Session& s, const Loaded& loaded, const FilePlace& place,
                           const changelog::BlobRef& blob);

}  // namespace gandan::app
