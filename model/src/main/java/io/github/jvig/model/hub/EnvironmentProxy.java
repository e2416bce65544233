package io.github.jvig.model.hub;

import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The HTTP proxy that the environment names, as curl reads it: {@code HTTPS_PROXY} or {@code https_proxy} (for plain HTTP
 * {@code http_proxy}), else {@code ALL_PROXY} or {@code all_proxy}; {@code NO_PROXY} or {@code no_proxy} lists hosts that are reached
 * directly. A user and a password in it are not sent.
 */
final class EnvironmentProxy extends ProxySelector {
    private static final int DEFAULT_PORT = 80;
    private static final int MAX_PORT = 65_535;
    /** A name may have an underscore, which Java's URIs refuse. */
    private static final Pattern PROXY = Pattern
            .compile("(?:(?i:http)://)?(?<host>\\[[0-9A-Fa-f:.]+]|[^:/?#\\[\\]\\s]+)"
                    + "(?::(?<port>\\d{1,5}))?(?:[/?#].*)?");

    private final Map<String, String> environment;

    private EnvironmentProxy(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The proxies of this JVM: those of Java's own properties where one is set, else those of the environment. */
    static ProxySelector get() {
        boolean byProperties = List.of("http.proxyHost", "https.proxyHost", "socksProxyHost").stream()
                .anyMatch(name -> System.getProperty(name) != null)
                || Boolean.getBoolean("java.net.useSystemProxies");
        return byProperties ? ProxySelector.getDefault() : of(System.getenv());
    }

    static ProxySelector of(Map<String, String> environment) {
        return new EnvironmentProxy(environment);
    }

    /** @throws IllegalArgumentException when the environment names something that is not an HTTP proxy */
    @Override
    public List<Proxy> select(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        // Where there are CGI programs, a header of a request may set HTTP_PROXY; so curl does not look at it.
        String name = first(scheme + "_proxy", scheme.equals("http") ? "" : scheme.toUpperCase(Locale.ROOT) + "_PROXY",
                "all_proxy", "ALL_PROXY");
        if (name.isEmpty() || isDirect(uri.getHost())) {
            return List.of(Proxy.NO_PROXY);
        }
        // Only the last @ is the end of a password, which may have any characters.
        String value = environment.get(name).strip().replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", "$1");
        Matcher proxy = PROXY.matcher(value);
        if (!proxy.matches()) {
            throw refused(name, value);
        }
        int port = proxy.group("port") == null ? DEFAULT_PORT : Integer.parseInt(proxy.group("port"));
        if (port > MAX_PORT) {
            throw refused(name, value);
        }
        return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.group("host"), port)));
    }

    /** The first of these variables that is set to something; empty where none is. */
    private String first(String... names) {
        for (String name : names) {
            if (!environment.getOrDefault(name, "").isBlank()) {
                return name;
            }
        }
        return "";
    }

    /** Whether the host, or a domain that it is in, is one of those without a proxy. */
    private boolean isDirect(String host) {
        String name = first("no_proxy", "NO_PROXY");
        if (name.isEmpty()) {
            return false;
        }
        String wanted = "." + host.toLowerCase(Locale.ROOT);
        for (String entry : environment.get(name).toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            String domain = entry.startsWith(".") ? entry.substring(1) : entry;
            if (domain.equals("*") || !domain.isEmpty() && wanted.endsWith("." + domain)) {
                return true;
            }
        }
        return false;
    }

    private static IllegalArgumentException refused(String name, String value) {
        return new IllegalArgumentException(name + ": " + MessageText.quote(value)
                + " is not an HTTP proxy; write http://HOST:PORT");
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // There is only one.
    }
}
