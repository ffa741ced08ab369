package org.lyceum.training.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the files back with a parser that knows nothing but the wire format. */
class TensorBoardLogTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_700_000_000, 500_000_000), ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Test
    void maskedChecksumsEqualTensorFlows() {
        // "123456789" has the CRC-32C 0xe3069283, the check value of the polynomial; its mask by hand.
        int crc = 0xe3069283;
        int expected = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
        assertThat(TensorBoardLog.maskedCrc("123456789".getBytes(UTF_8), 9)).isEqualTo(expected);
    }

    @Test
    void writesEventsInFrames() throws IOException {
        var scalars = new LinkedHashMap<String, Double>();
        scalars.put("train/loss", 3.25);
        scalars.put("train/lr", 5e-4);
        Path file;
        try (var log = TensorBoardLog.open(folder, 7, CLOCK)) {
            file = log.file();
            log.scalars(7, scalars);
            log.scalars(300, Map.of("val/löss", 2.5));
        }
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.1700000000.");
        var events = records(Files.readAllBytes(file)).stream().map(TensorBoardLogTest::fields).toList();
        assertThat(events).hasSize(4).allSatisfy(event -> assertThat(event.get(1)).containsExactly(1_700_000_000.5));
        assertThat(text(events.get(0).get(3))).isEqualTo("brain.Event:2");
        assertThat(events.get(1).get(2)).containsExactly(7L);
        assertThat(fields(bytes(events.get(1).get(7))).get(1)).containsExactly(1L);
        var values = fields(bytes(events.get(2).get(5))).get(1).stream().map(value -> fields((byte[]) value)).toList();
        assertThat(values).hasSize(2);
        assertThat(text(values.get(0).get(1))).isEqualTo("train/loss");
        assertThat(values.get(0).get(2)).containsExactly(3.25f);
        assertThat(text(values.get(1).get(1))).isEqualTo("train/lr");
        assertThat(values.get(1).get(2)).containsExactly(5e-4f);
        assertThat(events.get(3).get(2)).containsExactly(300L);
        var later = fields(bytes(fields(bytes(events.get(3).get(5))).get(1)));
        assertThat(text(later.get(1))).isEqualTo("val/löss");
        assertThat(later.get(2)).containsExactly(2.5f);
    }

    @Test
    void twoSessionsOfOneSecondWriteTwoFiles() throws IOException {
        TensorBoardLog.open(folder, 0, CLOCK).close();
        TensorBoardLog.open(folder, 5, CLOCK).close();
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2).allSatisfy(file -> assertThat(records(Files.readAllBytes(file))).hasSize(2));
        }
    }

    /** The payloads of a TFRecord file, checksums verified. */
    private static List<byte[]> records(byte[] file) {
        var buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        var records = new ArrayList<byte[]>();
        while (buffer.hasRemaining()) {
            var length = new byte[8];
            buffer.get(length);
            assertThat(buffer.getInt()).isEqualTo(TensorBoardLog.maskedCrc(length, 8));
            var payload = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
            buffer.get(payload);
            assertThat(buffer.getInt()).isEqualTo(TensorBoardLog.maskedCrc(payload, payload.length));
            records.add(payload);
        }
        return records;
    }

    private static Map<Integer, List<Object>> fields(byte[] message) {
        try {
            var in = CodedInputStream.newInstance(message);
            var fields = new LinkedHashMap<Integer, List<Object>>();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                Object value = switch (WireFormat.getTagWireType(tag)) {
                    case WireFormat.WIRETYPE_VARINT -> in.readInt64();
                    case WireFormat.WIRETYPE_FIXED64 -> in.readDouble();
                    case WireFormat.WIRETYPE_FIXED32 -> in.readFloat();
                    case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readByteArray();
                    default -> throw new AssertionError("wire type of tag " + tag);
                };
                fields.computeIfAbsent(WireFormat.getTagFieldNumber(tag), _ -> new ArrayList<>()).add(value);
            }
            return fields;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(List<Object> only) {
        assertThat(only).hasSize(1);
        return (byte[]) only.getFirst();
    }

    private static String text(List<Object> only) {
        return new String(bytes(only), UTF_8);
    }
}
