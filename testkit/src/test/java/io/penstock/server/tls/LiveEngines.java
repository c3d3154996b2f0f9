package io.penstock.server.tls;

/** What the native engines hold that no collection frees. */
public final class LiveEngines {
    private LiveEngines() {}

    /** Connections of BoringSSL that have not been given back. */
    public static int count() {
        return BoringEngine.LIVE.get();
    }

    /** Contexts of BoringSSL. */
    public static int contexts() {
        return BoringContext.LIVE.get();
    }
}
