package io.github.jvig.service;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

/**
 * The bounds of a service.
 *
 * @param address   to listen at; port 0 takes a free one
 * @param threads   images that are decoded and classified side by side, at least 1
 * @param queue     requests that may wait for one of the threads, at least 0; any more are refused at once
 * @param maxBody   the most bytes of an image's file, from 1 to {@value #LARGEST_BODY}
 * @param topClasses classes of an answer where the request does not say how many, at least 1
 * @param linger    how long connections are still accepted after the wish to stop, so that clients and load balancers notice it first
 * @param grace     how long requests that were accepted may take to end after that
 */
record Settings(InetSocketAddress address, int threads, int queue, int maxBody, int topClasses, Duration linger,
        Duration grace) {
    /** As many are kept in memory for each request, and one more is read to see that there are too many. */
    static final int LARGEST_BODY = 1 << 30;

    Settings {
        Objects.requireNonNull(address, "address");
        atLeast(1, "threads", threads);
        atLeast(0, "queue", queue);
        atLeast(1, "max-body", maxBody);
        atLeast(1, "top-k", topClasses);
        if (maxBody > LARGEST_BODY) {
            throw new IllegalArgumentException("max-body must be at most " + LARGEST_BODY + ", got " + maxBody);
        }
        if (linger.isNegative() || grace.isNegative()) {
            throw new IllegalArgumentException("linger and grace must not be negative");
        }
    }

    private static void atLeast(int min, String name, int value) {
        if (value < min) {
            throw new IllegalArgumentException(name + " must be at least " + min + ", got " + value);
        }
    }
}
