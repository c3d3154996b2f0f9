/*
 * peer - what OpenSSL allows: one thread, epoll, nothing else. An echo, a sink of lines or a sink of bytes.
 *
 *   cc -O2 -o peer peer.c -lssl -lcrypto
 *   peer CERT KEY echo|lines|discard
 *
 * It listens on a free port of 127.0.0.1 and prints it, and ends when it is killed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096
#define READ_BUFFER 65536
#define READS_IN_A_TURN 16

enum work { ECHO, LINES, DISCARD };

struct connection {
    int fd;
    int open; /* the handshake is done */
    SSL *ssl;
};

static enum work work;
static SSL_CTX *context;
static int poller;
static char buffer[READ_BUFFER];
static volatile unsigned long lines; /* counted, so that the search for them is not optimized away */

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void make_context(const char *certificate, const char *key) {
    context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
        ERR_print_errors_fp(stderr);
        exit(1);
    }
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, READ_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
}

static void watch(int fd, void *owner) {
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = owner };
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
}

/* The listening socket is the one without a connection. */
static int listen_on_free_port(void) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, BACKLOG) ||
        getsockname(listener, (struct sockaddr *)&address, &length))
        die("listen");
    watch(listener, NULL);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static void accept_all(int listener) {
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct connection *c = calloc(1, sizeof *c);
        c->fd = fd;
        c->ssl = SSL_new(context);
        SSL_set_fd(c->ssl, fd);
        SSL_set_accept_state(c->ssl);
        watch(fd, c);
    }
}

static void end(struct connection *c) {
    ERR_clear_error();
    SSL_shutdown(c->ssl);
    SSL_free(c->ssl);
    close(c->fd);
    free(c);
}

/* Returns 0 when the connection cannot go on. What an echo cannot send at once it does not keep. */
static int take(struct connection *c, int size) {
    if (work == ECHO) return SSL_write(c->ssl, buffer, size) == size;
    if (work == LINES)
        for (char *at = buffer, *limit = buffer + size; (at = memchr(at, '\n', (size_t)(limit - at))); at++) lines++;
    return 1;
}

static void read_some(struct connection *c) {
    for (int reads = 0; reads < READS_IN_A_TURN || SSL_pending(c->ssl); reads++) {
        int size = SSL_read(c->ssl, buffer, sizeof buffer);
        if (size <= 0 && SSL_get_error(c->ssl, size) == SSL_ERROR_WANT_READ) return;
        if (size <= 0 || !take(c, size)) {
            end(c);
            return;
        }
    }
}

static void turn(struct connection *c) {
    if (!c->open) {
        int done = SSL_do_handshake(c->ssl);
        if (done != 1) {
            if (SSL_get_error(c->ssl, done) != SSL_ERROR_WANT_READ) end(c);
            return;
        }
        c->open = 1;
    }
    read_some(c);
}

static void raise_file_limit(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int count, char **words) {
    static const char *works[] = { "echo", "lines", "discard" };
    int w = 0;
    while (count == 4 && w < 3 && strcmp(words[3], works[w])) w++;
    if (count != 4 || w == 3) {
        fputs("usage: peer CERT KEY echo|lines|discard\n", stderr);
        return 64;
    }
    work = (enum work)w;
    signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    make_context(words[1], words[2]);
    poller = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_on_free_port();
    for (;;) {
        struct epoll_event events[128];
        int ready = epoll_wait(poller, events, 128, -1);
        for (int i = 0; i < ready; i++)
            if (events[i].data.ptr) turn(events[i].data.ptr);
            else accept_all(listener);
    }
}
