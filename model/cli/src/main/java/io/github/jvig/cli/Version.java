package io.github.jvig.cli;

import io.github.jvig.model.text.BuildVersion;
import picocli.CommandLine.IVersionProvider;

/** The version of JViG, and the Java that runs it. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[]{"jvig " + BuildVersion.jvig() + ", Java " + Runtime.version()};
    }
}
