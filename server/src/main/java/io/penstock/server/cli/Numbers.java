package io.penstock.server.cli;

import java.time.Duration;
import java.util.Locale;

/** Quantities for people: three digits or so, with their unit. */
final class Numbers {
    private static final double KILO = 1000;

    private Numbers() {}

    /** Of nanoseconds. */
    static String time(long nanos) {
        double micros = nanos / KILO;
        if (micros < KILO) {
            return digits(micros) + " us";
        }
        double millis = micros / KILO;
        return millis < KILO ? digits(millis) + " ms" : digits(millis / KILO) + " s";
    }

    /** As short as it was said, such as {@code 10s}. */
    static String time(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /** Decimal units, as is usual for what goes over a network. */
    static String bytes(double bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        int unit = 0;
        double value = bytes;
        while (value >= KILO && unit < units.length - 1) {
            value /= KILO;
            unit++;
        }
        return (unit == 0 ? whole(value) : digits(value)) + " " + units[unit];
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Whole, or with a decimal where that says something. */
    static String rate(double number) {
        return number < 100 ? digits(number) : whole(number);
    }

    private static String whole(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    private static String digits(double number) {
        return String.format(Locale.ROOT, number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%,.0f", number);
    }
}
