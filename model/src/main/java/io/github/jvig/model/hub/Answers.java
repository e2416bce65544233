package io.github.jvig.model.hub;

import io.github.jvig.model.text.MessageText;
import io.github.jvig.model.weights.WeightsException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Optional;

/** Tells a server's answer that is the file from one that is not, and says what the latter means. */
final class Answers {
    private Answers() {
    }

    /** What a status means that is no success, in words that end a message. */
    static String refusal(HttpResponse<?> response) {
        String host = response.uri().getHost();
        String status = " (HTTP " + response.statusCode() + ")";
        return switch (response.statusCode()) {
            case 401, 403, 404 -> "there is no such public file on " + host + status;
            case 407 -> "the proxy wants a user and a password, which are not sent" + status
                    + "; name another proxy, or download the file by other means and give its path";
            case 301, 302, 303, 307, 308 -> host + redirect(response) + status;
            case 408, 425, 429, 500, 502, 503, 504 -> host + " can't give it now" + status + "; try again "
                    + later(response);
            default -> host + " refused it" + status;
        };
    }

    /** The client follows a redirect unless there were several before, or it would leave HTTPS. */
    private static String redirect(HttpResponse<?> response) {
        String location = response.headers().firstValue("Location").orElse("");
        String shown = MessageText.quote(location);
        boolean isFollowed = !location.matches("(?i)[a-z][a-z0-9+.-]*:.*") || location.matches("(?i)https:.*")
                || location.startsWith(response.uri().getScheme() + ":");
        return isFollowed
                ? " redirects too often, at last to " + shown
                : " redirects to " + shown + ", which is not HTTPS and so is not asked";
    }

    /** When to try again. */
    private static String later(HttpResponse<?> response) {
        String after = response.headers().firstValue("Retry-After").orElse("").strip();
        if (after.isEmpty()) {
            return "later";
        }
        return after.matches("\\d+") ? "in " + MessageText.plain(after) + " s" : "after " + MessageText.plain(after);
    }

    /**
     * Refuses a successful answer whose body can't be the file as it is.
     *
     * @param name     of the file, for messages
     * @param isPinned whether the SHA-256 of the file is known, so that one cut short would be found out
     */
    static void check(String name, HttpResponse<?> response, boolean isPinned) throws WeightsException {
        String said = name + ": " + response.uri().getHost();
        Optional<String> coding = header(response, "Content-Encoding").filter(c -> !c.equalsIgnoreCase("identity"));
        if (coding.isPresent()) {
            throw new WeightsException(said + " sent it compressed (Content-Encoding: "
                    + MessageText.plain(coding.get()) + "), which was not asked for");
        }
        if (header(response, "Content-Type").orElse("").toLowerCase(Locale.ROOT).startsWith("text/html")) {
            throw new WeightsException(said + " sent a web page instead of the file; does this network want a login?");
        }
        // With HTTP/1, such a body ends with the connection, however that ends.
        boolean endIsUnknown = header(response, "Content-Length").isEmpty()
                && header(response, "Transfer-Encoding").isEmpty()
                && response.version() == HttpClient.Version.HTTP_1_1;
        if (endIsUnknown && !isPinned) {
            throw new WeightsException(said + " does not say how long the file is, so that nothing would show whether"
                    + " all of it has come; write #sha256=HEX behind its name, with its SHA-256");
        }
    }

    private static Optional<String> header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).map(String::strip);
    }

    /** The innermost reason of a failure in Java's client, which wraps some in others whose message is a class name. */
    static String reason(Throwable e) {
        Throwable reason = e;
        while (reason.getCause() != null && reason.getCause().getMessage() != null) {
            reason = reason.getCause();
        }
        return MessageText.plain(String.valueOf(reason.getMessage()));
    }

    /** Where it goes: to the host, or to it through a proxy. */
    static String way(URI uri, String proxy) {
        return uri.getHost() + (proxy.isEmpty() ? "" : " through the proxy " + proxy);
    }
}
