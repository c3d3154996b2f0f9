package io.penstock.server.tls;

import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLSession;
import io.penstock.server.pki.Identity;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A client of BoringSSL, in memory: fast enough for a million connections. It trusts everybody. */
final class NativeClient implements AutoCloseable {
    private static final int SIZE = 1 << 17;

    /** What a thread's clients read and write through. */
    private static final class Scratch {
        static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

        final ByteBuffer in = ByteBuffer.allocateDirect(SIZE);
        final ByteBuffer out = ByteBuffer.allocateDirect(SIZE);
        final long input = Buffer.address(in);
        final long output = Buffer.address(out);
    }

    /** What many clients share. */
    static final class Context implements AutoCloseable {
        private final long handle;
        private long session;

        Context(int protocol, Optional<Identity> identity) throws Exception {
            handle = SSLContext.make(protocol, SSL.SSL_MODE_CLIENT);
            SSLContext.setCertVerifyCallback(handle, new CertificateVerifier() {
                @Override
                public int verify(long ssl, byte[][] chain, String method) {
                    return X509_V_OK;
                }
            });
            SSLContext.setVerify(handle, SSL.SSL_CVERIFY_REQUIRED, 10);
            if (identity.isPresent()) {
                long credential = BoringMaterial.credential(identity.get());
                SSLContext.addCredential(handle, credential);
                BoringMaterial.free(credential);
            }
        }

        @Override
        public void close() {
            if (session != 0) {
                SSLSession.free(session);
            }
            SSLContext.free(handle);
        }
    }

    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final Context context;
    private final long ssl;
    private final long bio;
    boolean open;
    boolean closed;
    /** BoringSSL's words; empty while all is well. */
    String failure = "";

    NativeClient(Context context) {
        this.context = context;
        ssl = SSL.newSSL(context.handle, false);
        bio = SSL.bioNewByteBuffer(ssl, 1 << 14);
        synchronized (context) {
            if (context.session != 0) {
                SSL.setSession(ssl, context.session);
            }
        }
    }

    /** Takes what the server has sent; what the client says to it. */
    byte[] take(byte[] bytes) {
        Scratch scratch = Scratch.OF_THREAD.get();
        scratch.in.clear().put(bytes);
        SSL.clearError();
        SSL.bioSetByteBuffer(bio, scratch.input, bytes.length, false);
        try {
            read(scratch);
        } finally {
            SSL.bioClearByteBuffer(bio);
        }
        return own(scratch);
    }

    private void read(Scratch scratch) {
        if (!open) {
            int result = SSL.doHandshake(ssl);
            open = result > 0;
            note(result);
        }
        int result = open ? 1 : 0;
        while (result > 0) {
            result = SSL.readFromSSL(ssl, scratch.output, SIZE);
            if (result > 0) {
                byte[] plain = new byte[result];
                scratch.out.get(0, plain);
                received.writeBytes(plain);
            } else {
                note(result);
            }
        }
    }

    private void note(int result) {
        int error = result > 0 ? 0 : SSL.getError(ssl, result);
        if (error == SSL.SSL_ERROR_ZERO_RETURN) {
            closed = true;
        } else if (error == SSL.SSL_ERROR_SSL) {
            failure = BoringErrors.words(SSL.getLastErrorNumber());
        }
    }

    private byte[] own(Scratch scratch) {
        int length = SSL.bioLengthNonApplication(bio);
        if (length == 0) {
            return new byte[0];
        }
        SSL.bioSetByteBuffer(bio, scratch.output, SIZE, true);
        SSL.bioFlushByteBuffer(bio);
        SSL.bioClearByteBuffer(bio);
        byte[] own = new byte[length];
        scratch.out.get(0, own);
        return own;
    }

    /** Records of data; less than 100 KiB. */
    byte[] write(byte[] data) {
        Scratch scratch = Scratch.OF_THREAD.get();
        scratch.in.clear().put(data);
        SSL.clearError();
        SSL.bioSetByteBuffer(bio, scratch.output, SIZE, true);
        SSL.bioFlushByteBuffer(bio);
        SSL.writeToSSL(ssl, scratch.input, data.length);
        byte[] records = new byte[SIZE - SSL.bioLengthByteBuffer(bio)];
        SSL.bioClearByteBuffer(bio);
        scratch.out.get(0, records);
        return records;
    }

    /** close_notify. */
    byte[] end() {
        SSL.clearError();
        SSL.shutdownSSL(ssl);
        return own(Scratch.OF_THREAD.get());
    }

    /** Later clients of this context resume this session (TLS 1.2 alone: of TLS 1.3 it would have to be asked for). */
    void keepSession() {
        synchronized (context) {
            if (context.session == 0) {
                long session = SSL.getSession(ssl);
                SSLSession.upRef(session);
                context.session = session;
            }
        }
    }

    @Override
    public void close() {
        SSL.freeSSL(ssl);
    }
}
