package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Loads the library, and fails a test that leaves native memory. What other tests have left may go meanwhile, with the garbage. */
final class NativeLeftovers implements BeforeEachCallback, AfterEachCallback {
    private final boolean withContexts;
    private int engines;
    private int contexts;

    private NativeLeftovers(boolean withContexts) {
        this.withContexts = withContexts;
    }

    /** Looks at engines alone: a context that nobody frees is for the garbage collector. */
    static NativeLeftovers ofEngines() {
        return new NativeLeftovers(false);
    }

    static NativeLeftovers ofEnginesAndContexts() {
        return new NativeLeftovers(true);
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        assertThat(BoringLibrary.problem()).isEmpty();
        engines = BoringEngine.LIVE.get();
        contexts = BoringContext.LIVE.get();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        assertThat(BoringEngine.LIVE.get()).as("engines").isLessThanOrEqualTo(engines);
        if (withContexts) {
            assertThat(BoringContext.LIVE.get()).as("contexts").isLessThanOrEqualTo(contexts);
        }
    }
}
