package io.penstock.server;

import io.penstock.protocol.BadFrame;
import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.FrameDecoder.Decoded;
import io.penstock.protocol.FramingSettings;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Whether a connection may read: what it holds, against its own window and against the memory of all, and what it has brought
 * against its rates. Not thread-safe; belongs to the connection's stream.
 */
final class Credit {
    /** What keeps a connection from being read. */
    enum Hold {
        NONE,
        /** Its window is full. */
        PROCESSOR,
        /** Replies wait for it. */
        CLIENT,
        RATE,
        MEMORY
    }

    private final FramingSettings framing;
    private final MemoryBudget.Share memory;
    private final LongSupplier clock;
    private List<RateLimit> rates = List.of();

    /** Handed on and not answered. */
    private int openFrames;

    private long openBytes;
    private int partial;
    /** Replies that have not been handed down. */
    private long queued;
    /** Replies that the layer below has, and may not have passed on. */
    private long pushed;
    /** Replies that wait at the socket. */
    private long below;
    /** It has been told that there is room, and has not asked since. */
    private boolean called;

    /** @param clock in nanoseconds */
    Credit(FramingSettings framing, MemoryBudget.Share memory, LongSupplier clock) {
        this.framing = framing;
        this.memory = memory;
        this.clock = clock;
    }

    /** From here on these rates hold. */
    void limit(List<RateLimit> limits) {
        rates = limits;
    }

    /** Frames are handed on. A bad one that is not delivered counts until its sender has been told, or need not be. */
    void handedOn(Decoded decoded) {
        int frames = decoded.frames().size();
        openBytes += decoded.frames().pinnedBytes();
        for (BadFrame bad : decoded.bad()) {
            if (bad.action() != BadFrameAction.TRUNCATE) {
                frames++;
            }
            if (bad.action() == BadFrameAction.QUARANTINE) {
                openBytes += bad.payload().size();
            }
        }
        openFrames += frames;
        took(0, frames);
    }

    private void took(int bytes, int frames) {
        if (!rates.isEmpty()) {
            long now = clock.getAsLong();
            rates.forEach(rate -> rate.took(bytes, frames, now));
        }
    }

    /** Takes back credit, and says whether everything has been answered by this. */
    boolean answered(int frames, int pinned) {
        openFrames -= frames;
        openBytes -= pinned;
        tell();
        return frames > 0 && openFrames == 0;
    }

    /**
     * A read has been decoded.
     *
     * @param bytes how many it brought
     * @param pending bytes that are part of a frame; of one that is too long no more than the limit is kept
     */
    void decoded(int bytes, int pending) {
        took(bytes, 0);
        partial = Math.min(pending, framing.limits().maxFrameSize());
        tell();
    }

    /** Replies that wait here, and those last handed down. */
    void writing(int waiting, int handedDown) {
        queued = waiting;
        pushed = handedDown;
        tell();
    }

    void below(long bytes) {
        below = bytes;
        tell();
        memory.changed();
    }

    /** The stream has gone; what is with the processor stays. */
    void streamGone() {
        partial = 0;
        below = 0;
        writing(0, 0);
        memory.leave();
    }

    private void tell() {
        memory.holds(openBytes + partial + queued + pushed + below);
    }

    /** Whether the processor has frames to answer. */
    boolean isOpen() {
        return openFrames > 0;
    }

    /** What keeps it from being read now. */
    Hold hold() {
        Hold own = ownHold();
        if (own != Hold.NONE) {
            memory.leave();
            return own;
        }
        return hasMemory() ? Hold.NONE : Hold.MEMORY;
    }

    private Hold ownHold() {
        if (openFrames >= framing.windowFrames() || openBytes >= framing.windowBytes()) {
            return Hold.PROCESSOR;
        } else if (queued >= framing.windowBytes()) {
            return Hold.CLIENT;
        }
        return nanosToWait() > 0 ? Hold.RATE : Hold.NONE;
    }

    /** It is not read any more. */
    void readingEnded() {
        memory.leave();
    }

    /** How long its rates keep it from being read; 0: not at all. */
    long nanosToWait() {
        long wait = 0;
        if (!rates.isEmpty()) {
            long now = clock.getAsLong();
            for (RateLimit rate : rates) {
                wait = Math.max(wait, rate.nanosToWait(now));
            }
        }
        return wait;
    }

    private boolean hasMemory() {
        called = false;
        return memory.mayRead(openFrames > 0 || queued + pushed + below > 0);
    }

    /**
     * There is memory for this connection.
     *
     * @param read reads on, if it wants to
     */
    void onRoom(Runnable read) {
        called = true;
        read.run();
        if (called) {
            memory.leave();
        }
    }
}
