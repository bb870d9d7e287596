/*
 * A wide-area link between two network namespaces, as bench/fidelity/README.md defines it: in each direction, every IP
 * packet is lost with a probability, or dropped where the queue is full, or serialized and handed over after a delay.
 * It never sleeps and goes before others, so that it is on time, and dies with the process that started it.
 *
 *   relay NETNS-A NETNS-B ONEWAY_US RATE_MBPS QUEUE_PACKETS LOSS SEED SECONDS [RECORD FAULT...]
 *
 * Makes an interface `wan` in both namespaces, prints `ready`, and at its end `A-lost A-dropped B-lost B-dropped`; where
 * it did not look for more than half a millisecond it says at once on standard error for how long and until when.
 * To the file RECORD it writes every TCP packet that it saw, and for how long at most it did not look (see
 * packet-record.h); FAULTs befall packets by their ordinals (see faults.h).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"
#include "packet-record.h"

#define MTU 1500
#define RING (1 << 16)
/* What comes during one is taken in a heap, which overflows a queue that would have had room. */
#define LONG_PAUSE_NS 500000

struct packet {
    int64_t due_ns;
    uint32_t record;
    uint16_t bytes;
    unsigned char data[MTU];
};

struct direction {
    int from, to;
    int64_t free_ns; /* when the link has serialized all that it took */
    uint32_t head, tail;
    uint64_t lost, dropped;
    unsigned ordinal; /* of the last TCP packet */
    struct packet *ring;
};

static volatile sig_atomic_t stopped;

static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* splitmix64 */
static uint64_t state;
static double chance(void) {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static int interface_in(const char *netns) {
    char path[256];
    snprintf(path, sizeof path, "/run/netns/%s", netns);
    int space = open(path, O_RDONLY | O_CLOEXEC);
    if (space < 0 || setns(space, CLONE_NEWNET) < 0) fail(path);
    close(space);
    int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tun < 0) fail("/dev/net/tun");
    struct ifreq request = {0};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    strcpy(request.ifr_name, "wan");
    if (ioctl(tun, TUNSETIFF, &request) < 0) fail("TUNSETIFF");
    return tun;
}

/* Whoever is due before others goes before them. */
static void settle(struct direction *way) {
    for (uint32_t at = way->tail++; at != way->head; at--) {
        struct packet *packet = &way->ring[at % RING], *before = &way->ring[(at - 1) % RING];
        if (before->due_ns <= packet->due_ns) return;
        struct packet held = *before;
        *before = *packet;
        *packet = held;
    }
}

static void take(struct direction *way, int index, double loss, double ns_per_byte, double queue_bytes, int64_t delay_ns) {
    if (way->tail - way->head == RING) return;
    struct packet *packet = &way->ring[way->tail % RING];
    ssize_t bytes = read(way->from, packet->data, MTU);
    if (bytes <= 0) return;
    int64_t now = now_ns();
    const struct fault *fault = NULL;
    if (records != NULL && is_tcp(packet->data)) {
        packet->record = write_down(packet->data, index, now);
        fault = fault_of(index, ++way->ordinal);
    }
    if (chance() < loss || (fault != NULL && fault->what == DROP)) {
        way->lost++;
        return;
    }
    if (way->free_ns < now) way->free_ns = now;
    if ((double)(way->free_ns - now) > queue_bytes * ns_per_byte) {
        way->dropped++;
        return;
    }
    way->free_ns += (int64_t)((double)bytes * ns_per_byte);
    packet->bytes = (uint16_t)bytes;
    packet->due_ns = way->free_ns + delay_ns;
    if (fault != NULL && fault->what == COPY) {
        struct packet *copy = &way->ring[(way->tail + 1) % RING];
        *copy = *packet;
        copy->record = write_down_copy(packet->record);
        copy->due_ns += fault->ns;
        settle(way);
    } else if (fault != NULL)
        packet->due_ns += fault->ns;
    settle(way);
}

static void hand_over(struct direction *way) {
    while (way->head != way->tail) {
        struct packet *packet = &way->ring[way->head % RING];
        int64_t now = now_ns();
        if (packet->due_ns > now) return;
        if (records != NULL && is_tcp(packet->data)) records[packet->record].arrived_ns = now;
        if (write(way->to, packet->data, packet->bytes) < 0) way->dropped++;
        way->head++;
    }
}

static void pin(int cpu) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(cpu, &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
}

/* Work of no priority at all on the other core keeps it from sleeping: waking up would be measured as latency. */
static void keep_awake(int cpu) {
    if (fork() != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct sched_param none = {0};
    sched_setscheduler(0, SCHED_IDLE, &none);
    pin(cpu);
    for (;;) __asm__ volatile("" ::: "memory");
}

int main(int argc, char **argv) {
    if (argc < 9) {
        fprintf(stderr, "relay NETNS-A NETNS-B ONEWAY_US RATE_MBPS QUEUE_PACKETS LOSS SEED SECONDS [RECORD FAULT...]\n");
        return 2;
    }
    if (argc > 9 && (records = calloc(RECORDS, sizeof *records)) == NULL) fail("calloc");
    for (int word = 10; word < argc; word++)
        if (!read_fault(argv[word])) fail(argv[word]);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    setpriority(PRIO_PROCESS, 0, -20);
    int64_t delay_ns = atoll(argv[3]) * 1000;
    double ns_per_byte = 8000.0 / atof(argv[4]);
    double queue_bytes = atof(argv[5]) * MTU;
    double loss = atof(argv[6]);
    state = strtoull(argv[7], NULL, 10);
    int a = interface_in(argv[1]);
    int b = interface_in(argv[2]);
    struct direction ways[2] = {{.from = a, .to = b}, {.from = b, .to = a}};
    for (int i = 0; i < 2; i++)
        if ((ways[i].ring = malloc(sizeof(struct packet) * RING)) == NULL) fail("malloc");
    int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (cpus > 1) {
        keep_awake(0);
        pin(cpus - 1);
    }
    printf("ready\n");
    fflush(stdout);
    int64_t end_ns = now_ns() + atoll(argv[8]) * 1000000000;
    int64_t longest_ns = 0, looked_ns = now_ns();
    while (!stopped && looked_ns < end_ns) {
        for (int i = 0; i < 2; i++) {
            take(&ways[i], i, loss, ns_per_byte, queue_bytes, delay_ns);
            hand_over(&ways[i]);
        }
        int64_t now = now_ns();
        if (now - looked_ns > longest_ns) longest_ns = now - looked_ns;
        if (now - looked_ns > LONG_PAUSE_NS) fprintf(stderr, "%ld ns until %ld\n", now - looked_ns, now);
        looked_ns = now;
    }
    if (argc > 9) print_records(argv[9], longest_ns);
    printf("%lu %lu %lu %lu\n", ways[0].lost, ways[0].dropped, ways[1].lost, ways[1].dropped);
    return 0;
}
