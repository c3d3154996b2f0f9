package io.penstock.server.loop;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/**
 * The Java runtime's channels, with selectors that know the loop on which they are used. It takes effect with {@code
 * -Djava.nio.channels.spi.SelectorProvider=io.penstock.server.loop.LoopSelectorProvider}, and needs {@code --add-exports
 * java.base/sun.nio.ch=ALL-UNNAMED}: there is no public way to the provider that it stands before.
 */
public final class LoopSelectorProvider extends SelectorProvider {
    private final SelectorProvider real = real();

    /** Called by the Java runtime. */
    public LoopSelectorProvider() {
        // Public, as it has to be.
    }

    private static SelectorProvider real() {
        try {
            return (SelectorProvider) Class.forName("sun.nio.ch.DefaultSelectorProvider")
                    .getMethod("get")
                    .invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "-Djava.nio.channels.spi.SelectorProvider=" + LoopSelectorProvider.class.getName()
                            + " needs --add-exports java.base/sun.nio.ch=ALL-UNNAMED",
                    e);
        }
    }

    static boolean isInstalled() {
        return SelectorProvider.provider() instanceof LoopSelectorProvider;
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        return new LoopSelector(this, real.openSelector());
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return real.openDatagramChannel();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return real.openDatagramChannel(family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        return real.openPipe();
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return real.openServerSocketChannel();
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        return real.openServerSocketChannel(family);
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return real.openSocketChannel();
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        return real.openSocketChannel(family);
    }
}
