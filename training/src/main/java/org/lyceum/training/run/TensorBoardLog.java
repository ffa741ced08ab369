package org.lyceum.training.run;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.lyceum.foundation.IoErrors;

/**
 * Writes event files that TensorBoard shows: scalars by step. A run that goes on writes a file of its own, which begins by telling
 * TensorBoard to forget the steps that are trained again.
 *
 * <p>
 * The file is a sequence of TFRecords (length, masked CRC-32C of the length, payload, masked CRC-32C of the payload; see
 * {@code tensorflow/core/lib/io/record_writer.h}), each the protocol buffer {@code Event} of {@code tensorboard/compat/proto/event.proto}
 * and {@code summary.proto}. Only a few of their fields are needed, so they are written by number.
 */
public final class TensorBoardLog implements AutoCloseable {
    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int EVENT_SESSION_LOG = 7;
    private static final int SESSION_STATUS = 1;
    private static final int SESSION_STARTED = 1;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;

    private final Path file;
    private final FileChannel channel;
    private final Clock clock;

    private TensorBoardLog(Path file, FileChannel channel, Clock clock) {
        this.file = file;
        this.channel = channel;
        this.clock = clock;
    }

    /**
     * Starts a new event file {@code events.out.tfevents.<seconds>.<host>} in {@code folder}.
     *
     * @param firstStep the first step this session will log; what earlier files say of this step and later ones is forgotten by TensorBoard
     */
    public static TensorBoardLog open(Path folder, long firstStep) {
        return open(folder, firstStep, Clock.systemUTC());
    }

    static TensorBoardLog open(Path folder, long firstStep, Clock clock) {
        var base = "events.out.tfevents." + clock.instant().getEpochSecond() + "." + hostName();
        var file = folder.resolve(base);
        try {
            Files.createDirectories(folder);
            for (int i = 1;; i++) {
                try {
                    var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    var log = new TensorBoardLog(file, channel, clock);
                    log.start(firstStep);
                    return log;
                } catch (FileAlreadyExistsException _) {
                    file = folder.resolve(base + "." + i);
                }
            }
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    /** Several scalars of one step, by tag; tags with a slash are grouped by what stands before it: {@code train/loss}. */
    public void scalars(long step, Map<String, Double> values) {
        var ordered = new LinkedHashMap<>(values);
        write(event(out -> {
            out.writeInt64(EVENT_STEP, step);
            out.writeByteArray(EVENT_SUMMARY, message(summary -> {
                for (var value : ordered.entrySet()) {
                    summary.writeByteArray(SUMMARY_VALUE, message(each -> {
                        each.writeString(VALUE_TAG, value.getKey());
                        each.writeFloat(VALUE_SIMPLE, value.getValue().floatValue());
                    }));
                }
            }));
        }));
    }

    /** The event file. */
    public Path file() {
        return file;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    private void start(long firstStep) {
        write(event(out -> out.writeString(EVENT_FILE_VERSION, "brain.Event:2")));
        write(event(out -> {
            out.writeInt64(EVENT_STEP, firstStep);
            out.writeByteArray(EVENT_SESSION_LOG, message(session -> session.writeEnum(SESSION_STATUS, SESSION_STARTED)));
        }));
    }

    @FunctionalInterface
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private byte[] event(Fields fields) {
        Instant now = clock.instant();
        return message(out -> {
            out.writeDouble(EVENT_WALL_TIME, now.getEpochSecond() + now.getNano() / 1e9);
            fields.writeTo(out);
        });
    }

    private static byte[] message(Fields fields) {
        try {
            var bytes = new ByteArrayOutputStream();
            var out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
    }

    private void write(byte[] payload) {
        var record = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + payload.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(payload.length);
        record.putInt(maskedCrc(record.array(), Long.BYTES));
        record.put(payload).putInt(maskedCrc(payload, payload.length)).flip();
        try {
            while (record.hasRemaining()) {
                channel.write(record);
            }
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    /** Masked so that a checksum of data that holds checksums stays strong: {@code crc32c.h} of TensorFlow, {@code Mask}. */
    static int maskedCrc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "_");
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
