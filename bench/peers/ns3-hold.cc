// The hold model of bench/hold.ts on the default scheduler of ns-3. Events of one time come in the order in which they
// were scheduled, so there is no checksum to compare.
//
//   g++ -O2 -std=c++20 bench/peers/ns3-hold.cc -o ns3-hold $(pkg-config --cflags ns3-core) -lns3-core
//   ./ns3-hold PENDING OPERATIONS SEGMENTS
//
// prints, for each segment, 0 and the CPU nanoseconds an operation. Needs ns-3 3.43 (Debian: libns3-dev).
#include "ns3/core-module.h"

#include <cmath>
#include <cstdio>
#include <time.h>
#include <vector>

using namespace ns3;

static const int INCREMENT_COUNT = 1 << 16;
static const int TARGETS = 1 << 10;
static const int KINDS = 8;

static std::vector<int32_t> g_increments;
static int g_operations, g_segments, g_done = 0;
static double g_start;

static double
CpuNs()
{
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static void
NoteSegment()
{
    std::printf("0 %.2f\n", (CpuNs() - g_start) / g_operations);
    if (--g_segments == 0)
    {
        Simulator::Stop();
    }
    g_start = CpuNs();
}

static void Handle(int32_t target, int32_t kind, uint32_t argument);

static void
Schedule(int64_t increment, int32_t target, int32_t kind, uint32_t argument)
{
    Simulator::Schedule(NanoSeconds(increment), &Handle, target, kind, argument);
}

static void
Handle(int32_t target, int32_t kind, uint32_t argument)
{
    if (g_done == 0)
    {
        g_start = CpuNs();
    }
    const int32_t increment = g_increments[g_done % INCREMENT_COUNT];
    const int32_t next = increment % KINDS;
    if (++g_done % g_operations == 0)
    {
        NoteSegment();
    }
    switch (kind)
    {
    case 0: return Schedule(increment, target, next, argument);
    case 1: return Schedule(increment, (target + 1) % TARGETS, next, argument);
    case 2: return Schedule(increment, (target + argument) % TARGETS, next, argument);
    case 3: return Schedule(increment, target ^ 5, next, argument);
    case 4: return Schedule(increment, (target * 3) % TARGETS, next, argument);
    case 5: return Schedule(increment, (target >> 1) + next, next, argument);
    case 6: return Schedule(increment, argument % TARGETS, next, argument);
    default: return Schedule(increment, TARGETS - 1 - target, next, argument);
    }
}

static double
MinusLogarithm(double x)
{
    const int HALVINGS = 20;
    double root = x;
    for (int i = 0; i < HALVINGS; i++)
    {
        root = std::sqrt(root);
    }
    return (1 - root) * (1 << HALVINGS);
}

int
main(int argc, char** argv)
{
    if (argc != 4)
    {
        return 2;
    }
    const int pending = atoi(argv[1]);
    g_operations = atoi(argv[2]);
    g_segments = atoi(argv[3]);
    uint32_t state = 1;
    for (int i = 0; i < INCREMENT_COUNT; i++)
    {
        state = state * 1664525u + 1013904223u;
        g_increments.push_back(1 + (int32_t)std::floor(1e6 * MinusLogarithm(((state >> 8) + 0.5) / (1 << 24))));
    }
    for (int i = 0; i < pending; i++)
    {
        const int32_t increment = g_increments[i % INCREMENT_COUNT];
        Schedule(1000000000000 + increment, i % TARGETS, increment % KINDS, i);
    }
    Simulator::Run();
    Simulator::Destroy();
}
