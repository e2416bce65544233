package io.github.jvig.model.onnx;

/** The libraries for ONNX files, which an application has to bring. */
public final class OnnxLibraries {
    private OnnxLibraries() {
    }

    /**
     * What is thrown when one is not there.
     *
     * @param what  that can't be done, for the message
     * @param need  what needs the libraries: the import or the export
     * @param cause names the class that is missing
     * @return an exception to throw, whose message is one line
     */
    public static UnsupportedOperationException missing(String what, String need, NoClassDefFoundError cause) {
        return new UnsupportedOperationException(what + ", for "
                + String.valueOf(cause.getMessage()).replace('/', '.') + " is missing: the " + need
                + " needs org.tribuo:tribuo-util-onnx and com.google.protobuf:protobuf-java beside JViG,"
                + " and a Java runtime with the module java.logging", cause);
    }
}
