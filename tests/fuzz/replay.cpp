// Runs a target over its corpus, each file whole, cut at every length up to 512 and with each of its first
// 512 bytes changed. Arguments: folders (a missing one is empty) or files. Where libFuzzer drives the target
// it does so first, over the folder that the environment names as GANDAN_REPLAY.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

// In a buffer of exactly its size, so that a sanitizer sees a read beyond it.
void run(const Input& input) {
  const Input exact(input);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void replay(const std::filesystem::path& path) {
  constexpr std::size_t kNear = 512;
  std::ifstream in(path, std::ios::binary);
  const Input input{std::istreambuf_iterator<char>(in), {}};
  run(input);
  for (std::size_t size = 0; size < input.size() && size < kNear; ++size)
    run(Input(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size)));
  Input changed = input;
  for (std::size_t at = 0; at < input.size() && at < kNear; ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      changed[at] = static_cast<std::uint8_t>(input[at] ^ flip);
      run(changed);
    }
    changed[at] = input[at];
  }
}

std::size_t replay_all(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) {
    if (!std::filesystem::exists(path)) return 0;
    replay(path);
    return 1;
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path)) files += replay_all(entry.path());
  return files;
}

}  // namespace

#if defined(GANDAN_LIBFUZZER)
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* folder = std::getenv("GANDAN_REPLAY");
  if (folder == nullptr) return 0;
  run({});
  std::printf("replayed %zu inputs\n", replay_all(folder));
  return 0;
}
#else
int main(int argc, char* argv[]) {
  std::size_t files = 0;
  run({});
  for (int i = 1; i < argc; ++i) files += replay_all(argv[i]);
  std::printf("%zu inputs\n", files);
  return 0;
}
#endif
