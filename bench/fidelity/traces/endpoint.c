/*
 * One end of a scripted connection over plain TCP.
 *
 *   endpoint dial|accept ADDRESS PORT WORD...
 *
 * Options: nodelay, receive-buffer=BYTES, send-buffer=BYTES, keepalive=IDLE_S,INTERVAL_S,COUNT. Steps, one after the
 * other: send=BYTES, receive=BYTES (until so many have come in this step), end (until the other end finishes), wait=MS,
 * finish (shutdown), close. After the last step it waits until nothing is left of the connection or it is killed. Who
 * accepts prints `ready` when it listens.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 20];

static void set(int fd, int level, int option, int value) {
    if (setsockopt(fd, level, option, &value, sizeof value) < 0) perror("setsockopt");
}

static int value_of(const char *word, const char *name, long *value) {
    size_t length = strlen(name);
    if (strncmp(word, name, length) != 0 || word[length] != '=') return 0;
    *value = atol(word + length + 1);
    return 1;
}

static void apply(int fd, const char *word) {
    long value;
    int idle, interval, count;
    if (strcmp(word, "nodelay") == 0) set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (value_of(word, "receive-buffer", &value)) set(fd, SOL_SOCKET, SO_RCVBUF, (int)value);
    if (value_of(word, "send-buffer", &value)) set(fd, SOL_SOCKET, SO_SNDBUF, (int)value);
    if (sscanf(word, "keepalive=%d,%d,%d", &idle, &interval, &count) == 3) {
        set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
        set(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle);
        set(fd, IPPROTO_TCP, TCP_KEEPINTVL, interval);
        set(fd, IPPROTO_TCP, TCP_KEEPCNT, count);
    }
}

static void wait_ms(long ms) {
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* Returns 0 when the connection is gone. */
static int take_step(int fd, const char *word) {
    long value;
    ssize_t bytes = 1;
    if (value_of(word, "send", &value)) return send(fd, buffer, (size_t)value, MSG_NOSIGNAL) == value;
    if (value_of(word, "wait", &value)) wait_ms(value);
    if (value_of(word, "receive", &value))
        for (; value > 0 && bytes > 0; value -= bytes) bytes = recv(fd, buffer, (size_t)value, 0);
    if (strcmp(word, "end") == 0)
        while ((bytes = recv(fd, buffer, sizeof buffer, 0)) > 0) continue;
    if (strcmp(word, "finish") == 0) shutdown(fd, SHUT_WR);
    if (strcmp(word, "close") == 0) close(fd);
    return bytes >= 0;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_TIMERSLACK, 1);
    mlockall(MCL_CURRENT | MCL_FUTURE);
    memset(buffer, 'x', sizeof buffer);
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[3]))};
    inet_pton(AF_INET, argv[2], &place.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    for (int word = 4; word < argc; word++) apply(fd, argv[word]);
    if (strcmp(argv[1], "accept") == 0) {
        if (bind(fd, (struct sockaddr *)&place, sizeof place) < 0 || listen(fd, 1) < 0) return 1;
        printf("ready\n");
        fflush(stdout);
        int listener = fd;
        fd = accept(listener, NULL, NULL);
        if (fd < 0) return 1;
        close(listener);
    } else if (connect(fd, (struct sockaddr *)&place, sizeof place) < 0) {
        printf("%s\n", strerror(errno));
        return 0;
    }
    for (int word = 4; word < argc; word++)
        if (!take_step(fd, argv[word])) {
            printf("%s: %s\n", argv[word], strerror(errno));
            break;
        }
    fflush(stdout);
    pause();
    return 0;
}
