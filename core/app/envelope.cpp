#include "app/envelope.hpp"

#include "base/text.hpp"

namespace gandan::app {

json::object error_json(const Error& error) {
  const CodeInfo& about = info(error.code);
  json::array fields;
  for (const auto& field : error.fields)
    fields.push_back(
        json::object{{"path", field.path}, {"code", field.code}, {"vi", field.vi}, {"en", field.en}});
  return json::object{{"code", about.text},
                      {"vi", about.vi},
                      {"en", about.en},
                      {"retry", about.retry},
                      {"exit", about.exit_code},
                      {"detail", valid_utf8(error.detail) ? error.detail : std::string()},
                      {"fields", std::move(fields)}};
}

std::string ok_envelope(json::value result) { return json::compact(json::object{{"ok", std::move(result)}}); }
std::string error_envelope(const Error& error) {
  return json::compact(json::object{{"error", error_json(error)}});
}

}  // namespace gandan::app
