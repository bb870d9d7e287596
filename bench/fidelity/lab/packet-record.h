/*
 * What the relay writes down of each TCP packet, in memory while it runs: when it came from its sender, when it went to
 * its receiver, and its header, with numbers relative to those of the first SYN of each direction.
 */
#include <arpa/inet.h>

#define RECORDS 65536
#define MOST_BLOCKS 4

struct record {
    int64_t sent_ns, arrived_ns; /* arrived: 0, it never did */
    uint32_t sequence, acknowledged, blocks[2 * MOST_BLOCKS];
    uint16_t payload_bytes, window;
    uint8_t way, flags, block_count;
};

static struct record *records; /* NULL: nothing is recorded */
static uint32_t record_count;
static uint32_t first_sequence[2];
static int has_first[2];

static uint32_t number_at(const unsigned char *bytes) {
    uint32_t number;
    memcpy(&number, bytes, sizeof number);
    return ntohl(number);
}

static int is_tcp(const unsigned char *packet) { return packet[0] >> 4 == 4 && packet[9] == IPPROTO_TCP; }

static void read_blocks(struct record *record, const unsigned char *option, const unsigned char *end) {
    while (option < end && *option != 0) {
        if (*option == 1) {
            option++;
            continue;
        }
        if (*option == 5)
            for (int edge = 0; edge < (option[1] - 2) / 4; edge++) {
                record->blocks[edge] = number_at(option + 2 + 4 * edge);
                record->block_count = (uint8_t)(edge / 2 + 1);
            }
        option += option[1];
    }
}

/* Returns the record's number, for when the packet arrives. */
static uint32_t write_down(const unsigned char *packet, int way, int64_t now_ns) {
    if (record_count == RECORDS - 1) return RECORDS - 1;
    struct record *record = &records[record_count];
    const unsigned char *tcp = packet + (packet[0] & 15) * 4;
    int header_bytes = (tcp[12] >> 4) * 4;
    record->sent_ns = now_ns;
    record->way = (uint8_t)way;
    record->flags = tcp[13];
    record->sequence = number_at(tcp + 4);
    record->acknowledged = number_at(tcp + 8);
    record->window = (uint16_t)(tcp[14] << 8 | tcp[15]);
    record->payload_bytes = (uint16_t)((packet[2] << 8 | packet[3]) - (tcp - packet) - header_bytes);
    read_blocks(record, tcp + 20, tcp + header_bytes);
    if (record->flags & 2 && !has_first[way]) {
        has_first[way] = 1;
        first_sequence[way] = record->sequence;
    }
    return record_count++;
}

/* A copy of a packet that was written down, under a line of its own. */
static uint32_t write_down_copy(uint32_t original) {
    if (record_count == RECORDS - 1) return RECORDS - 1;
    records[record_count] = records[original];
    return record_count++;
}

static void print_records(const char *path, int64_t longest_ns) {
    FILE *file = fopen(path, "w");
    if (file == NULL) return;
    fprintf(file, "# the relay looked at least every %.0f us\n", (double)longest_ns / 1000);
    fprintf(file, "sent_us,arrived_us,direction,seq,ack,len,flags,window,sack\n");
    for (uint32_t i = 0; i < record_count; i++) {
        const struct record *record = &records[i];
        int64_t start_ns = records[0].sent_ns;
        uint32_t far = first_sequence[1 - record->way];
        char flags[8] = "";
        for (int flag = 0; flag < 5; flag++)
            if (record->flags & (1 << "\1\0\2\3\4"[flag])) strncat(flags, &"SFRPA"[flag], 1);
        fprintf(file, "%.1f,", (double)(record->sent_ns - start_ns) / 1000);
        if (record->arrived_ns != 0) fprintf(file, "%.1f", (double)(record->arrived_ns - start_ns) / 1000);
        fprintf(file, ",%c,%u,", "ab"[record->way], record->sequence - (has_first[record->way] ? first_sequence[record->way] : 0));
        if (record->flags & 16) fprintf(file, "%u", record->acknowledged - far);
        fprintf(file, ",%u,%s,%u,", record->payload_bytes, flags, record->window);
        for (int block = 0; block < record->block_count; block++)
            fprintf(file, "%s%u-%u", block == 0 ? "" : " ", record->blocks[2 * block] - far, record->blocks[2 * block + 1] - far);
        fprintf(file, "\n");
    }
    fclose(file);
}
