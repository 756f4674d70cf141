// Every story of this folder against the notebook.
#include "conformance/story.hpp"
#include "support/shell.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

class NotebookShell final : public StoryShell {
 public:
  NotebookShell(const Api& api, const OpenOptions& options, const Seams& seams)
      : shell_(api, options, seams) {}
  json::object answer(const std::string& method, const json::object& params) override {
    return shell_.answer(method, params);
  }

 private:
  Shell shell_;
};

class Notebooks final : public Core {
 public:
  std::unique_ptr<StoryShell> open(const std::string& folder, const std::string& raw_key) override {
    OpenOptions options;
    options.folder = folder;
    if (!folder.empty()) options.raw_key = raw_key;
    options.create = true;
    Seams seams;
    seams.clock = &clock_;
    return std::make_unique<NotebookShell>(api_, options, seams);
  }
  void step() override { clock_.advance(kStoryStep); }

 private:
  const Api api_;
  FakeClock clock_{kStoryBegins};
};

}  // namespace

TEST_CASE("every story of the conformance set") {
  run_stories([] { return std::make_unique<Notebooks>(); });
}
