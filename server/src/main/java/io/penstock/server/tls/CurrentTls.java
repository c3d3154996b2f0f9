package io.penstock.server.tls;

import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What new handshakes go by now. Replaced as a whole: a handshake goes by the old one or by the new one, and an old one
 * is given back when no engine is being made of it any more. Thread-safe.
 */
public final class CurrentTls {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private TlsContext context;
    private boolean released;

    /** Takes a context over, and releases it in time. */
    public CurrentTls(TlsContext first) {
        this.context = first;
    }

    /** What new handshakes go by. */
    public TlsContext context() {
        return locked(lock.readLock(), () -> context);
    }

    /** Lets new handshakes go by another. */
    public void replace(TlsContext next) {
        TlsContext old = locked(lock.writeLock(), () -> {
            TlsContext before = released ? next : context;
            context = next;
            return before;
        });
        old.release();
    }

    /** Ends its use, at a server's end. Connections that are there go on. */
    public void release() {
        boolean first = locked(lock.writeLock(), () -> {
            boolean before = released;
            released = true;
            return !before;
        });
        if (first) {
            context().release();
        }
    }

    TlsEngine engine(Optional<ClientHello> hello) {
        return locked(lock.readLock(), () -> {
            if (released) {
                throw new IllegalStateException("a handshake after the server's end");
            }
            return context.engine(hello);
        });
    }

    /** By what is offered now: a reload in the middle of a handshake can make the words differ, and nothing else. */
    TlsFailedException explain(ClientHello hello, TlsFailedException failure) {
        return context().explain(hello, failure);
    }

    private interface Step<T> {
        T run();
    }

    private static <T> T locked(Lock held, Step<T> step) {
        held.lock();
        try {
            return step.run();
        } finally {
            held.unlock();
        }
    }
}
