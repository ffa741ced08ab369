package org.lyceum.tensor.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.lyceum.tensor.gguf.GgufHeader.Broken;

/**
 * Reads the values of a GGUF header one after the other. What a length claims is compared with what is left of the file before anything is
 * made for it.
 */
final class GgufCursor {
    /** The types of metadata values, by their numbers in the file. */
    enum Type {
        UINT8(1), INT8(1), UINT16(2), INT16(2), UINT32(4), INT32(4), FLOAT32(4), BOOL(1), STRING(8), ARRAY(12), UINT64(8), INT64(
                8), FLOAT64(8);

        /** Bytes of a value; for a text and an array the least. */
        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    private static final ValueLayout.OfShort SHORT = SmallBlocks.SHORT;
    private static final ValueLayout.OfInt INT = SmallBlocks.INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** 64 MiB; the longest texts are templates and licences of some thousand bytes. */
    private static final int MAX_TEXT = 1 << 26;
    /** 16 million; the longest arrays are vocabularies of some hundred thousand. */
    private static final int MAX_ELEMENTS = 1 << 24;
    private static final int MAX_NAME = 1 << 16;

    private final MemorySegment file;
    private long at;

    GgufCursor(MemorySegment file) {
        this.file = file;
    }

    long position() {
        return at;
    }

    long remaining() {
        return file.byteSize() - at;
    }

    /** A value's place; {@code what} names it if the file ends before. */
    private long take(long bytes, String what) throws Broken {
        if (bytes > remaining()) {
            throw new Broken("it is cut off: it ends within " + what);
        }
        long begin = at;
        at += bytes;
        return begin;
    }

    int int32(String what) throws Broken {
        return file.get(INT, take(4, what));
    }

    long int64(String what) throws Broken {
        return file.get(LONG, take(8, what));
    }

    /** A key or a tensor's name: not empty, UTF-8. */
    String name(String what) throws Broken {
        var bytes = bytes(MAX_NAME, what);
        if (bytes.length == 0) {
            throw new Broken(what + " is empty");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw new Broken(what + " is not UTF-8 text");
        }
    }

    /** A metadata value with its type. {@code what} names its key, in quotes. */
    Object value(String what) throws Broken {
        var type = type(what);
        return switch (type) {
            case STRING -> text(what);
            case ARRAY -> array(what);
            case BOOL -> bool(what);
            case FLOAT32 -> (double) Float.intBitsToFloat(int32(what));
            case FLOAT64 -> Double.longBitsToDouble(int64(what));
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> whole(type, what);
        };
    }

    private Type type(String what) throws Broken {
        int number = int32(what);
        if (number < 0 || number >= Type.values().length) {
            throw new Broken(what + " has the value type " + Integer.toUnsignedString(number) + ", and the format knows 0 to "
                    + (Type.values().length - 1));
        }
        return Type.values()[number];
    }

    private long whole(Type type, String what) throws Broken {
        long begin = take(type.bytes, what);
        return switch (type) {
            case UINT8 -> SmallBlocks.unsigned(file, begin);
            case INT8 -> file.get(ValueLayout.JAVA_BYTE, begin);
            case UINT16 -> Short.toUnsignedInt(file.get(SHORT, begin));
            case INT16 -> file.get(SHORT, begin);
            case UINT32 -> Integer.toUnsignedLong(file.get(INT, begin));
            case INT32 -> file.get(INT, begin);
            case INT64 -> file.get(LONG, begin);
            case UINT64 -> signed(file.get(LONG, begin), what);
            default -> throw new AssertionError(type);
        };
    }

    private static long signed(long unsigned, String what) throws Broken {
        if (unsigned < 0) {
            throw new Broken(what + " is " + Long.toUnsignedString(unsigned) + ", above 2^63 - 1");
        }
        return unsigned;
    }

    private boolean bool(String what) throws Broken {
        int value = SmallBlocks.unsigned(file, take(1, what));
        if (value > 1) {
            throw new Broken(what + " is a truth value of " + value + ", not of 0 or 1");
        }
        return value == 1;
    }

    /** What is not UTF-8 becomes U+FFFD: the odd byte in a description or a token is no reason to refuse a model. */
    private String text(String what) throws Broken {
        return new String(bytes(MAX_TEXT, what), StandardCharsets.UTF_8);
    }

    private byte[] bytes(int most, String what) throws Broken {
        long length = int64(what);
        if (length < 0 || length > remaining()) {
            throw new Broken("it is cut off: " + what + " has a text of " + Long.toUnsignedString(length) + " bytes, and " + remaining()
                    + " are left");
        }
        if (length > most) {
            throw new Broken(what + " has a text of " + length + " bytes, and at most " + most + " are read here");
        }
        return file.asSlice(take(length, what), length).toArray(ValueLayout.JAVA_BYTE);
    }

    private Object array(String what) throws Broken {
        var type = type(what);
        long count = int64(what);
        if (count < 0 || count > remaining() / type.bytes) {
            throw new Broken("it is cut off: " + what + " is a list of " + Long.toUnsignedString(count) + " values, and " + remaining()
                    + " bytes are left");
        }
        if (count > MAX_ELEMENTS) {
            throw new Broken(what + " is a list of " + count + " values, and at most " + MAX_ELEMENTS + " are read here");
        }
        int n = (int) count;
        return switch (type) {
            case STRING -> texts(n, what);
            case ARRAY -> throw new Broken(what + " is a list of lists, which no model's metadata holds");
            case BOOL -> {
                var values = new boolean[n];
                for (int i = 0; i < n; i++) {
                    values[i] = bool(what);
                }
                yield values;
            }
            case UINT8, INT8 -> slice(n, 1, what).toArray(ValueLayout.JAVA_BYTE);
            case INT32 -> slice(n, 4, what).toArray(INT);
            case FLOAT32 -> slice(n, 4, what).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
            case FLOAT64 -> slice(n, 8, what).toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
            case UINT16, INT16 -> {
                var values = new int[n];
                for (int i = 0; i < n; i++) {
                    values[i] = (int) whole(type, what);
                }
                yield values;
            }
            case UINT32, UINT64, INT64 -> {
                var values = new long[n];
                for (int i = 0; i < n; i++) {
                    values[i] = whole(type, what);
                }
                yield values;
            }
        };
    }

    private MemorySegment slice(int count, int bytes, String what) throws Broken {
        return file.asSlice(take((long) count * bytes, what), (long) count * bytes);
    }

    private List<String> texts(int count, String what) throws Broken {
        var values = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            values.add(text(what));
        }
        return Collections.unmodifiableList(values);
    }
}
