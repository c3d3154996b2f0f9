package io.penstock.server.tls;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * The client of {@code bin/penstock-cds}: shakes hands with a server on this host and sends it a line, so that the
 * classes of the way from socket to processor are in the class-data archive. Here, and not openssl, because a machine
 * that runs Penstock need not have it.
 */
final class TrainingClient {
    private static final int TIMEOUT_MILLIS = 10_000;

    private TrainingClient() {}

    /** Takes the port and the development CA's file; any failure ends it with a stack trace and status 1. */
    public static void main(String[] args) throws Exception {
        SSLContext context = trusting(Path.of(args[1]));
        for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
            converse(context, version, Integer.parseInt(args[0]));
        }
    }

    private static SSLContext trusting(Path ca) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(ca)) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static void converse(SSLContext context, String version, int port) throws Exception {
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setEnabledProtocols(new String[] {version});
            socket.getOutputStream().write("penstock\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }
}
