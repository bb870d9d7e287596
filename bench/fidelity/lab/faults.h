/*
 * What is to happen to which packets: `WAY:FIRST-LAST:drop`, `:delay=US`, `:copy=US`; WAY is `a` (from A to B) or `b`, and
 * TCP packets count from 1 in each way. A delay holds up its packet alone; a copy follows the packet.
 */
#define FAULTS 64

enum what { DROP, DELAY, COPY };

struct fault {
    int way;
    unsigned first, last;
    enum what what;
    int64_t ns;
};

static struct fault faults[FAULTS];
static int fault_count;

static int read_fault(const char *text) {
    struct fault *fault = &faults[fault_count];
    char way;
    char what[8] = "";
    long us = 0;
    if (fault_count == FAULTS) return 0;
    if (sscanf(text, "%c:%u-%u:%7[a-z]=%ld", &way, &fault->first, &fault->last, what, &us) < 4) return 0;
    fault->way = way == 'b';
    fault->what = strcmp(what, "drop") == 0 ? DROP : strcmp(what, "delay") == 0 ? DELAY : COPY;
    fault->ns = us * 1000;
    fault_count++;
    return 1;
}

static const struct fault *fault_of(int way, unsigned ordinal) {
    for (int i = 0; i < fault_count; i++)
        if (faults[i].way == way && faults[i].first <= ordinal && ordinal <= faults[i].last) return &faults[i];
    return NULL;
}
