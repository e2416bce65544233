/**
 * Exports models as ONNX files for other runtimes. Start reading at {@link io.github.jvig.model.onnx.OnnxExport}. It needs
 * {@code org.tribuo:tribuo-util-onnx}, an optional dependency of this module, which programs that export must declare.
 */
package io.github.jvig.model.onnx;
