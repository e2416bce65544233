package io.github.jvig.spark;

/**
 * What becomes of a row.
 *
 * @param value for the output column, as Spark has it; null when there is none
 * @param error why there is none, in one line; else null
 */
record Answer(Object value, String error) {
    static Answer of(Object value) {
        return new Answer(value, null);
    }

    static Answer failed(String error) {
        return new Answer(null, error);
    }
}
