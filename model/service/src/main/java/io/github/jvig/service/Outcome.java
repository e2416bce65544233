package io.github.jvig.service;

import java.util.Locale;

/** How a request ended, as the metrics count it. */
enum Outcome {
    /** An answer. */
    OK,
    /** The request itself is wrong: no body, a form, or a parameter that can't be read. */
    BAD_REQUEST,
    /** The body is not an image that can be read. */
    BAD_IMAGE,
    /** The body is too large. */
    TOO_LARGE,
    /** Refused, since as many requests as may be are under way. */
    BUSY,
    NOT_FOUND, WRONG_METHOD,
    /** The service's own fault. */
    FAILED,
    /** The client went away, was too slow, or sent a body that is not HTTP, before it had its answer. */
    CLIENT_GONE;

    /** The value of the metrics' tag. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
