// Expressions of forms: whatever the text, it compiles to one expression over its names, or is refused;
// evaluating it ends and gives a number, a text or nothing.
#include "records/expression.hpp"

#include <cstdlib>

#include "support/seams.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  using namespace gandan::records;
  static test::FakeClock clock;
  static Engine engine(clock);
  const auto expression = engine.compile(as_text(ByteView(data, size)));
  if (!expression) return 0;
  if (size > kMaxExpressionBytes || expression->names().size() > kMaxExpressionNames) std::abort();
  const std::size_t names = expression->names().size();
  (void)expression->evaluate({}).ok();
  (void)expression->evaluate(std::vector<Scalar>(names, Scalar{std::int64_t{3}})).ok();
  std::vector<Scalar> mixed;
  for (std::size_t i = 0; i < names; ++i) {
    if (i % 3 == 0) mixed.emplace_back(std::string("2026-02-29 họp dân"));
    if (i % 3 == 1) mixed.emplace_back(INT64_MIN);
    if (i % 3 == 2) mixed.emplace_back();
  }
  const auto first = expression->evaluate(mixed);
  const auto second = expression->evaluate(mixed);
  if (first.ok() != second.ok() || (first.ok() && *first != *second)) std::abort();
  return 0;
}
