package io.penstock.server.bench;

/**
 * Units of which the time has come, in a row.
 *
 * @param planned whether they had a time before anybody knew when they could be sent
 * @param first nanoseconds at which the first of them was due
 * @param interval nanoseconds from one to the next
 */
record Due(boolean planned, long first, double interval, int count) {
    long at(int index) {
        return first + (long) (index * interval);
    }
}
