package io.github.jvig.tornado;

import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs classes of tests on machines without Maven, and prints a line for each class and each failure. */
public final class TestRun {
    private TestRun() {
    }

    /** @param classes names of classes */
    public static void main(String[] classes) {
        long failures = 0;
        for (String name : classes) {
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
                    .selectors(DiscoverySelectors.selectClass(name)).build(), listener);
            var summary = listener.getSummary();
            System.out.println(name + ": " + summary.getTestsSucceededCount() + " right, "
                    + summary.getTotalFailureCount() + " wrong, " + summary.getTestsAbortedCount() + " left out");
            summary.getFailures().forEach(failure -> System.out.println("  "
                    + failure.getTestIdentifier().getDisplayName() + ": " + failure.getException()));
            failures += summary.getTotalFailureCount();
        }
        System.exit(failures == 0 ? 0 : 1);
    }
}
