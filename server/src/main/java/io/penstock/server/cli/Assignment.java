package io.penstock.server.cli;

/**
 * A value given by one word of the command line or by one variable of the environment.
 *
 * @param path the whole key, such as {@code penstock.tls.cert}
 * @param text as it was given
 * @param origin where, such as {@code command line (--cert)}
 */
record Assignment(String path, String text, String origin) {}
