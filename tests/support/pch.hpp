// Precompiled for all tests (tests/CMakeLists.txt): what nearly every test file includes anyway. A test file
// still includes what it uses.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json.hpp>

#include "base/json.hpp"
#include "base/result.hpp"
#include "support/catch.hpp"
