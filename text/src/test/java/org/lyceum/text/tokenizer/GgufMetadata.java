package org.lyceum.text.tokenizer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** Just enough of GGUF to read a tokenizer's metadata in the tests of this room, which may not know the reader of {@code tensor}. */
final class GgufMetadata {
    private final ByteBuffer in;

    private GgufMetadata(ByteBuffer in) {
        this.in = in;
    }

    static Map<String, Object> read(Path file) throws IOException {
        try (var channel = FileChannel.open(file)) {
            var in = channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(channel.size(), Integer.MAX_VALUE))
                    .order(ByteOrder.LITTLE_ENDIAN);
            in.position(16);
            var reader = new GgufMetadata(in);
            long count = in.getLong();
            var metadata = new LinkedHashMap<String, Object>();
            for (long i = 0; i < count; i++) {
                metadata.put(reader.text(), reader.value(in.getInt()));
            }
            return metadata;
        }
    }

    private String text() {
        var bytes = new byte[(int) in.getLong()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private Object value(int type) {
        return switch (type) {
            case 0, 1 -> (long) in.get();
            case 2, 3 -> (long) in.getShort();
            case 4 -> Integer.toUnsignedLong(in.getInt());
            case 5 -> (long) in.getInt();
            case 6 -> (double) in.getFloat();
            case 7 -> in.get() != 0;
            case 8 -> text();
            case 9 -> list(in.getInt(), (int) in.getLong());
            case 10, 11 -> in.getLong();
            case 12 -> in.getDouble();
            default -> throw new IllegalArgumentException("type " + type);
        };
    }

    private Object list(int type, int count) {
        if (type == 5 || type == 6) {
            var ints = new int[type == 5 ? count : 0];
            var floats = new float[type == 6 ? count : 0];
            for (int i = 0; i < count; i++) {
                if (type == 5) {
                    ints[i] = in.getInt();
                } else {
                    floats[i] = in.getFloat();
                }
            }
            return type == 5 ? ints : floats;
        }
        var list = new ArrayList<Object>();
        for (int i = 0; i < count; i++) {
            list.add(value(type));
        }
        return list;
    }
}
