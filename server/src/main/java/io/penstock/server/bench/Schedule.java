package io.penstock.server.bench;

/**
 * When the units of one connection are due. With a rate that is fixed beforehand, and does not wait for the server: a unit
 * that could not be sent in time, as the server left an earlier one without its answer, is late from the moment at which
 * it was due. So a second in which the server does nothing is a second for everybody who would have asked, and not one
 * slow answer among thousands of fast ones ("coordinated omission"). Without a rate a unit is due when its connection is
 * free, and there is nothing to be late for. For one thread.
 */
final class Schedule {
    private final boolean planned;
    private final long start;
    private final double interval;
    private long taken;

    private Schedule(boolean planned, long start, double interval) {
        this.planned = planned;
        this.start = start;
        this.interval = interval;
    }

    /** Without a rate. */
    static Schedule asAnswersCome() {
        return new Schedule(false, 0, 0);
    }

    /**
     * With a rate.
     *
     * @param start nanoseconds of the first unit
     * @param interval nanoseconds from each unit to the next
     */
    static Schedule every(long start, double interval) {
        return new Schedule(true, start, interval);
    }

    /** When the next unit is due: a time to come, or past. */
    long next(long now) {
        return planned ? at(taken) : now;
    }

    private long at(long index) {
        return start + (long) (index * interval);
    }

    /**
     * Takes what is due, and at least one, for which the caller has waited.
     *
     * @param most units at a time; without a rate there are always as many
     */
    Due take(long now, int most) {
        if (!planned) {
            return new Due(false, now, 0, most);
        }
        long late = Math.max(0, now - at(taken));
        int count = (int) Math.min(most, 1 + (long) (late / interval));
        Due due = new Due(true, at(taken), interval, count);
        taken += count;
        return due;
    }
}
