package io.github.jvig.service;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks a service on this machine for its health, for containers that hold no other HTTP client: exit status 0 if it is ready, else 1. */
final class HealthProbe {
    private static final int TIMEOUT_MILLIS = 3_000;

    private HealthProbe() {
    }

    /**
     * @param args the port
     */
    public static void main(String[] args) {
        System.exit(isReady(args[0]) ? 0 : 1);
    }

    static boolean isReady(String port) {
        try {
            HttpURLConnection health = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/health").toURL()
                    .openConnection();
            health.setConnectTimeout(TIMEOUT_MILLIS);
            health.setReadTimeout(TIMEOUT_MILLIS);
            return health.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }
}
