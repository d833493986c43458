#include <random>
#include <string>
#include <vector>

void fill(int count) {
  // ruleid: cpp.delete-array-mismatch
  int *numbers = new int[count];
  use(numbers);
  delete numbers;
}

void fill_well(int count) {
  // ok: cpp.delete-array-mismatch
  int *numbers = new int[count];
  use(numbers);
  delete[] numbers;
}

void greet(const std::string &name) {
  // ruleid: cpp.c-str-dangling
  const char *text = std::to_string(42).c_str();
  // ok: cpp.c-str-dangling
  const char *kept = name.c_str();
  use(text, kept);
}

void secrets(unsigned seed) {
  // ruleid: cpp.random-secret
  std::mt19937 token_source(seed);
  // ok: cpp.random-secret
  std::mt19937 dice(seed);
  use(token_source, dice);
}

void quiet() {
  try {
    work();
    // ruleid: cpp.catch-all-ignored
  } catch (...) {
  }
  try {
    work();
    // ruleid: cpp.catch-all-ignored
  } catch (...) {
    // never mind
  }
  // ok: cpp.catch-all-ignored
  try {
    work();
  } catch (const std::invalid_argument &) {
  }
  // ok: cpp.catch-all-ignored
  try {
    work();
  } catch (...) {
    log("failed");
  }
  // ok: cpp.catch-all-ignored
  try {
    work();
  } catch (const std::exception &error) {
    log(error);
  }
}
