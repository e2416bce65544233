package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits that are no ordinary ones: a single one, and those that are not finite. */
class LogitsTest {
    private static final Transform TRANSFORM = Transform.digits();

    @ParameterizedTest
    @CsvSource({"0,0.5", "-1,0.2689414213699951", "2,0.8807970779778823", "1000,1", "-1000,0"})
    void oneLogitIsAnsweredByItsSigmoid(float logit, double probability) {
        Classifications result = Classifications.of(new float[]{logit}, Labels.numbered(1));
        assertEquals(probability, result.probability(0), 1e-15);
        assertEquals(probability, result.best().probability(), 1e-15);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aLogitThatIsNotFiniteIsNoAnswer(float logit) {
        ImageClassifier classifier = new ImageClassifier(_ -> new float[]{1, 2, 3, logit}, TRANSFORM,
                Labels.numbered(2));
        float[] input = new float[3 * TRANSFORM.height() * TRANSFORM.width()];
        assertEquals("logit 1 is " + logit,
                assertThrows(IllegalArgumentException.class, () -> classifier.classifyPrepared(List.of(input, input)))
                        .getMessage());
        // For callers that go on: the other image has its answer.
        float[] logits = classifier.logits(List.of(input, input));
        assertArrayEquals(new float[]{1, 2, 3, logit}, logits);
    }

    @Test
    void noInputsHaveNoLogits() {
        ImageClassifier classifier = new ImageClassifier(_ -> {
            throw new AssertionError("there is nothing to run");
        }, TRANSFORM, Labels.numbered(2));
        assertEquals(0, classifier.logits(List.of()).length);
        assertEquals(List.of(), classifier.classifyPrepared(List.of()));
    }
}
