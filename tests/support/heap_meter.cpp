#include "support/heap_meter.hpp"

#include <malloc.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define GANDAN_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GANDAN_ASAN 1
#endif
#endif
#ifdef GANDAN_ASAN
// As in sanitizer/allocator_interface.h, which GCC does not install.
extern "C" {
std::size_t __sanitizer_get_allocated_size(const volatile void* pointer);
int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void*, std::size_t),
                                              void (*free_hook)(const volatile void*));
}
#endif

namespace gandan::test {
namespace {

std::atomic<std::size_t> live{0};
std::atomic<std::size_t> highest{0};

void took(std::size_t size) {
  const std::size_t now = live += size;
  std::size_t before = highest;
  while (now > before && !highest.compare_exchange_weak(before, now)) {
  }
}
// What was taken before counting began is given back as nothing.
void gave(std::size_t size) {
  std::size_t before = live;
  while (!live.compare_exchange_weak(before, before > size ? before - size : 0)) {
  }
}

#ifdef GANDAN_ASAN
void malloc_hook(const volatile void*, std::size_t size) { took(size); }
void free_hook(const volatile void* pointer) {
  if (pointer != nullptr) gave(__sanitizer_get_allocated_size(pointer));
}
const int installed = __sanitizer_install_malloc_and_free_hooks(malloc_hook, free_hook);
#endif

}  // namespace

HeapMeter::HeapMeter() : start_(live) { highest = start_; }
std::size_t HeapMeter::peak() const { return highest > start_ ? highest - start_ : 0; }
std::size_t HeapMeter::held() const { return live > start_ ? live - start_ : 0; }

HeapCeiling::~HeapCeiling() {
  if (meter_.peak() <= bytes_) return;
  std::fprintf(stderr, "heap ceiling: %zu bytes held, %zu allowed\n", meter_.peak(), bytes_);
  std::abort();
}

}  // namespace gandan::test

#ifndef GANDAN_ASAN
void* operator new(std::size_t size) {
  void* out = std::malloc(size == 0 ? 1 : size);
  if (out == nullptr) throw std::bad_alloc();
  gandan::test::took(malloc_usable_size(out));
  return out;
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  void* out = std::aligned_alloc(step, (size + step - 1) / step * step);
  if (out == nullptr) throw std::bad_alloc();
  gandan::test::took(malloc_usable_size(out));
  return out;
}
void operator delete(void* pointer) noexcept {
  if (pointer == nullptr) return;
  gandan::test::gave(malloc_usable_size(pointer));
  std::free(pointer);
}
void operator delete(void* pointer, std::size_t) noexcept { operator delete(pointer); }
void operator delete(void* pointer, std::align_val_t) noexcept { operator delete(pointer); }
void operator delete(void* pointer, std::size_t, std::align_val_t) noexcept { operator delete(pointer); }
#endif
