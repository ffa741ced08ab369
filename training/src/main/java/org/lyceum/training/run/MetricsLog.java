package org.lyceum.training.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code metrics.jsonl}: one JSON object a line, {@code {"step":12,"loss":3.41,…}}. A line is written at once, so that a killed run leaves
 * at most its last line torn; such a line is passed over when reading and cut off when the run goes on.
 */
public final class MetricsLog implements AutoCloseable {
    /** The file's name in a run folder. */
    public static final String FILE_NAME = "metrics.jsonl";

    /** Training loss of the step, in nats a token. */
    public static final String LOSS = "loss";
    /** Learning rate of the step. */
    public static final String LEARNING_RATE = "lr";
    /** The gradient's L2 norm before clipping. */
    public static final String GRADIENT_NORM = "grad_norm";
    /** Training tokens a second. */
    public static final String TOKENS_PER_SECOND = "tokens_per_s";
    /** Model FLOP utilisation, 0 to 1. */
    public static final String MFU = "mfu";
    /** Resident size of the process after the step, in bytes. */
    public static final String RESIDENT_BYTES = "rss_bytes";
    /** Validation loss, in nats a token. */
    public static final String VALIDATION_LOSS = "val_loss";
    /** Validation loss, in bits a byte of text. */
    public static final String VALIDATION_BITS_PER_BYTE = "val_bits_per_byte";

    /** Before what tasks come to: {@code task/arc_easy/acc}. */
    public static final String TASK = "task/";

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * One line.
     *
     * @param values all its keys but {@code step}, in the order of the line
     */
    public record Line(long step, Map<String, JsonNode> values) {
        /** The number under {@code key}; empty when there is none, and for NaN and infinities, which are written as null. */
        public OptionalDouble number(String key) {
            var value = values.get(key);
            return value != null && value.isNumber() ? OptionalDouble.of(value.doubleValue()) : OptionalDouble.empty();
        }
    }

    private final Path file;
    private final FileChannel channel;

    private MetricsLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens {@code file} to go on after {@code lastStep}: lines of later steps and a torn last line are removed first (the file is
     * rewritten whole or not at all). Throws {@link UserError} when the file cannot be read or written, or when a line other than the last
     * is no metrics line.
     *
     * @param lastStep the step of the checkpoint that the run resumes from; -1 starts afresh
     */
    public static MetricsLog open(Path file, long lastStep) {
        try {
            if (Files.exists(file)) {
                var text = text(file);
                var kept = new StringBuilder(text.length());
                for (var line : parse(file, text)) {
                    if (line.content().step() <= lastStep) {
                        kept.append(line.text()).append('\n');
                    }
                }
                if (!text.contentEquals(kept)) {
                    WholeFiles.write(file, kept.toString());
                }
            } else {
                var parent = file.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
            }
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
        try {
            return new MetricsLog(file, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    /**
     * Appends one line. Numbers that JSON cannot say (NaN, infinities) become null.
     *
     * @param values numbers, texts or booleans by name, written in the map's order after {@code step}
     */
    public void append(long step, Map<String, ?> values) {
        var line = new LinkedHashMap<String, @Nullable Object>();
        line.put("step", step);
        values.forEach((key, value) -> line.put(key, value instanceof Number n && !Double.isFinite(n.doubleValue()) ? null : value));
        var bytes = ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    /** All lines of a file, oldest first, without a torn last one; none when there is no such file. */
    public static List<Line> read(Path file) {
        try {
            return Files.exists(file)
                    ? parse(file, text(file)).stream().map(Parsed::content).toList()
                    : List.of();
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw IoErrors.writing(file, e);
        }
    }

    private record Parsed(String text, Line content) {
    }

    /** Not {@code readString}, which refuses a file that was cut off within a character. */
    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static List<Parsed> parse(Path file, String text) {
        var parsed = new ArrayList<Parsed>();
        int number = 0;
        for (int begin = 0; begin < text.length();) {
            int newline = text.indexOf('\n', begin);
            if (newline < 0) {
                break; // torn: a whole line ends with its newline
            }
            number++;
            var line = text.substring(begin, newline);
            begin = newline + 1;
            if (line.isBlank()) {
                continue;
            }
            var content = parse(line);
            if (content == null && begin < text.length()) {
                throw new UserError(file + " line " + number + " is not a JSON object with a step; mend or remove that line.");
            }
            if (content != null) {
                parsed.add(new Parsed(line, content));
            }
        }
        return parsed;
    }

    private static @Nullable Line parse(String line) {
        try {
            if (!(JSON.readTree(line) instanceof ObjectNode object) || !(object.get("step") instanceof JsonNode step)
                    || !step.isIntegralNumber() || !step.canConvertToLong()) {
                return null;
            }
            var values = new LinkedHashMap<String, JsonNode>();
            object.properties().stream().filter(property -> !property.getKey().equals("step"))
                    .forEach(property -> values.put(property.getKey(), property.getValue()));
            return new Line(step.longValue(), values);
        } catch (JacksonException _) {
            return null;
        }
    }
}
