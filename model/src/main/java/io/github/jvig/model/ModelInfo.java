package io.github.jvig.model;

import io.github.jvig.model.nets.Net;

/**
 * A net that can be asked for by name.
 *
 * @param name        as in {@code --model}
 * @param net         its description
 * @param size        height and width of the input that it was trained for, in pixels
 * @param top1        accuracy that its paper gives, in percent; NaN where there is none
 * @param description one line for people: the paper, where weights are published
 */
public record ModelInfo(String name, Net net, int size, double top1, String description) {}
