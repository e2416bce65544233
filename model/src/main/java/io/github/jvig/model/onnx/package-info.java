/**
 * Exports models as ONNX files for other runtimes. Start reading at {@link io.github.jvig.model.onnx.OnnxExport}. The import is in the packages
 * {@code file} and {@code lowering} below. Both need {@code org.tribuo:tribuo-util-onnx} and {@code com.google.protobuf:protobuf-java}, optional
 * dependencies of this module, which an application must declare.
 */
package io.github.jvig.model.onnx;
