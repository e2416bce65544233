package io.github.jvig.tornado.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/** The messages for TornadoVM's exceptions. */
class FailureTest {
    @Test
    void memoryThatRanOutIsABadArgumentInOneLine() {
        RuntimeException e = Failure.of("tornado:0:0", "run the net", new IllegalStateException("around",
                new TornadoOutOfMemoryException("Unable to allocate 8 bytes of memory.\u001B[33m\n\tMore advice\n")));
        assertInstanceOf(IllegalArgumentException.class, e);
        assertEquals("tornado:0:0 is out of memory: Unable to allocate 8 bytes of memory.", e.getMessage());
    }

    @Test
    void allElseGivesItsReasonInOneLine() {
        RuntimeException e = Failure.of("tornado:0:0", "compile the net", new TornadoBailoutRuntimeException(
                "Bailout is disabled. \nReason: Unable to compile task g.step1 - run\nStacktrace: [a, b]"));
        assertInstanceOf(UnsupportedOperationException.class, e);
        assertEquals("tornado:0:0 can't compile the net: Unable to compile task g.step1 - run", e.getMessage());
        assertEquals("IllegalStateException", Failure.reason(new IllegalStateException()));
    }

    @Test
    void whatWentWrongInTheCompilerStandsBehindTheReason() {
        var e = new TornadoBailoutRuntimeException(
                "Bailout is disabled. \nReason: Unable to compile task g.step1 - run\n"
                        + "The internal error is: does not support vector width 16\nStacktrace: [a, b]");
        assertEquals("Unable to compile task g.step1 - run: does not support vector width 16", Failure.reason(e));
        assertEquals("Unable to compile task g.step1 - run", Failure.reason(
                new TornadoBailoutRuntimeException(
                        "Unable to compile task g.step1 - run\nThe internal error is: null")));
    }
}
