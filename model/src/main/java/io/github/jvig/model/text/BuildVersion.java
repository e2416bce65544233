package io.github.jvig.model.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of JViG, as the build wrote it down. */
public final class BuildVersion {
    private static final String RESOURCE = "build.properties";

    private BuildVersion() {
    }

    /** Such as {@code 1.2.0}. */
    public static String jvig() {
        Properties build = new Properties();
        try (InputStream in = BuildVersion.class.getResourceAsStream(RESOURCE)) {
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " can't be read", e);
        }
        return build.getProperty("version");
    }
}
