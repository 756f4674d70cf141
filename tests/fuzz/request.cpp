// The shell's boundary without a vault: any text gets an answer in JSON, with a result or a stable error
// code.
#include <cstdlib>

#include "app/dispatch.hpp"
#include "base/bytes.hpp"
#include "base/json.hpp"
#include "gandan/notebook.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  static std::string error;
  static const auto notebook = Notebook::open({}, {}, error);
  if (!notebook) std::abort();
  const std::string answer = notebook->request(as_text(ByteView(data, size)));
  const auto parsed = json::parse(answer);
  if (!parsed || !parsed->is_object()) std::abort();
  const auto* fault = json::find_object(parsed->get_object(), "error");
  if ((fault == nullptr) == (json::find(parsed->get_object(), "ok") == nullptr)) std::abort();
  if (fault == nullptr) return 0;
  const auto code = json::find_text(*fault, "code");
  if (!code || !code_from_text(*code) || *code == "internal") std::abort();
  return 0;
}
