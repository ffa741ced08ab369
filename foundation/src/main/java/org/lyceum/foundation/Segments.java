package org.lyceum.foundation;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes memory segments to files. */
public final class Segments {
    private static final int CHUNK = 8 << 20;

    private Segments() {
    }

    /** Writes all of {@code segment} at the channel's position. */
    public static void write(FileChannel channel, MemorySegment segment) throws IOException {
        // In chunks, because a buffer ends at 2 GiB and because heap memory passes through a copy of the chunk's size.
        var copy = segment.isNative() ? null : ByteBuffer.allocateDirect((int) Math.min(CHUNK, segment.byteSize()));
        for (long at = 0; at < segment.byteSize(); at += CHUNK) {
            var chunk = segment.asSlice(at, Math.min(CHUNK, segment.byteSize() - at));
            if (copy == null) {
                write(channel, chunk.asByteBuffer());
            } else {
                MemorySegment.ofBuffer(copy.clear()).copyFrom(chunk);
                write(channel, copy.limit((int) chunk.byteSize()));
            }
        }
    }

    /** Writes what remains of {@code buffer}. */
    public static void write(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
