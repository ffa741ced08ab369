package org.lyceum.tensor.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** GGUF files byte by byte, sound or not. */
final class RawGguf {
    static final int UINT32 = 4;
    static final int STRING = 8;
    static final int ARRAY = 9;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A file that begins as version 3 does. */
    static RawGguf of(long tensors, long keys) {
        return new RawGguf().text4("GGUF").int32(3).int64(tensors).int64(keys);
    }

    RawGguf text4(String mark) {
        bytes.writeBytes(mark.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    RawGguf int32(int value) {
        bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
        return this;
    }

    RawGguf int64(long value) {
        bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
        return this;
    }

    RawGguf raw(int... values) {
        Arrays.stream(values).forEach(bytes::write);
        return this;
    }

    RawGguf text(String text) {
        var encoded = text.getBytes(StandardCharsets.UTF_8);
        int64(encoded.length);
        bytes.writeBytes(encoded);
        return this;
    }

    RawGguf key(String key, int type) {
        return text(key).int32(type);
    }

    RawGguf tensor(String name, int type, long offset, long... sizes) {
        text(name).int32(sizes.length);
        Arrays.stream(sizes).forEach(this::int64);
        return int32(type).int64(offset);
    }

    /** Zeros up to the begin of the data, then {@code count} bytes of it. */
    RawGguf data(int count) {
        bytes.writeBytes(new byte[Math.floorMod(-bytes.size(), 32) + count]);
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
