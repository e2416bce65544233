package io.github.jvig.model.device;

import io.github.jvig.kernels.FeatureMap;

/**
 * One step of a plan, for people to read.
 *
 * @param name       the graph node's name
 * @param operation  what is computed, with sizes
 * @param out        shape of the result
 * @param kernel     the kernel picked
 * @param macs       multiply-accumulates for one image
 * @param parameters weights and biases that the step holds
 * @param bytes      read and written at least: the step's maps once, its weights once
 * @param offset     where the result lies in the workspace, in floats
 * @param choice     why this kernel, and which were passed over
 */
public record Step(String name, String operation, FeatureMap out, String kernel, long macs, long parameters, long bytes,
        int offset, String choice) {}
