// The hold model of bench/hold.ts on std::priority_queue, with the same order and so the same checksum.
// g++ -O2 -std=c++17 priority-queue.cpp -o priority-queue && ./priority-queue PENDING OPERATIONS SEGMENTS
// fills the queue and prints, for each segment, the checksum so far and the CPU nanoseconds an operation.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <queue>
#include <time.h>
#include <vector>

struct Event {
  double tick;
  int32_t key;
  uint32_t argument;
};

// The top of a priority queue is the largest element: the next event.
struct IsLater {
  bool operator()(const Event &a, const Event &b) const {
    if (a.tick != b.tick) return a.tick > b.tick;
    if (a.key != b.key) return a.key > b.key;
    return a.argument > b.argument;
  }
};

using Queue = std::priority_queue<Event, std::vector<Event>, IsLater>;

static const int INCREMENT_COUNT = 1 << 16;
static const int TARGETS = 1 << 10;
static const int KINDS = 8;

static double minusLogarithm(double x) {
  const int HALVINGS = 20;
  double root = x;
  for (int i = 0; i < HALVINGS; i++) root = std::sqrt(root);
  return (1 - root) * (1 << HALVINGS);
}

static std::vector<int32_t> exponentialIncrements() {
  std::vector<int32_t> increments;
  uint32_t state = 1;
  for (int i = 0; i < INCREMENT_COUNT; i++) {
    state = state * 1664525u + 1013904223u;
    increments.push_back(1 + (int32_t)std::floor(1e6 * minusLogarithm(((state >> 8) + 0.5) / (1 << 24))));
  }
  return increments;
}

static inline void push(Queue &queue, double tick, int32_t target, int32_t kind, uint32_t argument) {
  queue.push({tick, (target << 4) | kind, argument});
}

static void dispatch(Queue &queue, const Event &event, int32_t increment) {
  const int32_t target = event.key >> 4;
  const uint32_t argument = event.argument;
  const double tick = event.tick + increment;
  const int32_t kind = increment % KINDS;
  switch (event.key & 15) {
    case 0: return push(queue, tick, target, kind, argument);
    case 1: return push(queue, tick, (target + 1) % TARGETS, kind, argument);
    case 2: return push(queue, tick, (target + argument) % TARGETS, kind, argument);
    case 3: return push(queue, tick, target ^ 5, kind, argument);
    case 4: return push(queue, tick, (target * 3) % TARGETS, kind, argument);
    case 5: return push(queue, tick, (target >> 1) + kind, kind, argument);
    case 6: return push(queue, tick, argument % TARGETS, kind, argument);
    default: return push(queue, tick, TARGETS - 1 - target, kind, argument);
  }
}

static double cpuNs() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const int pendingCount = atoi(argv[1]), operationCount = atoi(argv[2]), segments = atoi(argv[3]);
  const std::vector<int32_t> increments = exponentialIncrements();
  Queue queue;
  for (int i = 0; i < pendingCount; i++) {
    const int32_t increment = increments[i % INCREMENT_COUNT];
    push(queue, 1e12 + increment, i % TARGETS, increment % KINDS, i);
  }
  uint32_t checksum = 0;
  int operations = 0;
  for (int segment = 0; segment < segments; segment++) {
    const double start = cpuNs();
    for (int i = 0; i < operationCount; i++, operations++) {
      const Event event = queue.top();
      queue.pop();
      checksum = (checksum * 31 + (uint32_t)(int64_t)event.tick + (uint32_t)(event.key >> 4)) ^ event.argument;
      dispatch(queue, event, increments[operations % INCREMENT_COUNT]);
    }
    printf("%d %.2f\n", (int32_t)checksum, (cpuNs() - start) / operationCount);
  }
}
