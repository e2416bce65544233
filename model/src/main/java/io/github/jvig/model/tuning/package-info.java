/**
 * Stores kernel choices that were made by timing in a file, which later runs read. Start reading at
 * {@link io.github.jvig.model.tuning.TuningFile}. Not exported.
 */
package io.github.jvig.model.tuning;
