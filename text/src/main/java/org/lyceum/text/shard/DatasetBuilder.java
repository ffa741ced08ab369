package org.lyceum.text.shard;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.Document;
import org.lyceum.text.corpus.Documents;
import org.lyceum.text.corpus.TextCutter;

/**
 * Goes through documents once, encodes them on several threads and writes them in order to one side or the other.
 *
 * <p>A hash may put all of a few documents on one side. That shows only at the end; then the documents are gone through again with the one
 * of the smallest hash held out (or the one of the largest hash kept in).
 */
final class DatasetBuilder {
    static final String VALIDATION_TEXT = "val.txt";
    static final String TRAIN_TEXT = "train.txt";

    private static final long TRAIN_TEXT_BYTES = 64L << 20;
    private static final int LONG_DOCUMENT = 1 << 20;
    private static final int LONG_PART = 1 << 16;
    private static final int POSITION_PART = 4096;
    private static final int TASK_CHARS = 1 << 16;

    private final Path folder;
    private final Documents documents;
    private final TokenEncoder encoder;
    private final DatasetConfig config;
    private final LongConsumer progress;

    DatasetBuilder(Path folder, Documents documents, TokenEncoder encoder, DatasetConfig config, LongConsumer progress) {
        this.folder = folder;
        this.documents = documents;
        this.encoder = encoder;
        this.config = config;
        this.progress = progress;
    }

    DatasetInfo build(String fingerprint) throws IOException {
        if (config.split() == DatasetConfig.Split.POSITION || (config.split() == DatasetConfig.Split.AUTO && single())) {
            return byPosition(fingerprint);
        }
        var first = byHash(fingerprint, null, null);
        if (first.complete()) {
            return first.info();
        }
        if (first.documents == 0) {
            throw tooLittle();
        }
        if (first.least != first.most) {
            return byHash(fingerprint, first.validation == 0 ? first.least : null, first.validation == first.documents ? first.most : null)
                    .info();
        }
        if (config.split() == DatasetConfig.Split.HASH) {
            throw new UserError("The data hold only one document, or copies of one, which cannot be split by hash; "
                    + "set split=position or name more data.");
        }
        return byPosition(fingerprint);
    }

    /** How a pass came out. */
    private record Pass(long documents, long validation, long least, long most, @Nullable DatasetInfo made) {
        boolean complete() {
            return validation > 0 && validation < documents;
        }

        DatasetInfo info() {
            if (made == null) {
                throw new IllegalStateException("a pass that left one side empty");
            }
            return made;
        }
    }

    private boolean single() {
        var rest = documents.iterator();
        for (int n = 0; rest.hasNext();) {
            n += rest.next().text().isEmpty() ? 0 : 1;
            if (n == 2) {
                return false;
            }
        }
        return true;
    }

    private Pass byHash(String fingerprint, @Nullable Long heldOut, @Nullable Long keptIn) throws IOException {
        long count = 0;
        long validation = 0;
        long least = -1; // hashes are compared unsigned
        long most = 0;
        try (var encoding = new Encoding()) {
            for (var document : documents) {
                if (document.text().isEmpty()) {
                    continue;
                }
                long hash = Documents.hash(document.text());
                boolean held = heldOut != null && hash == heldOut
                        || (keptIn == null || hash != keptIn) && (hash >>> 11) * 0x1p-53 < config.validation();
                count++;
                validation += held ? 1 : 0;
                least = Long.compareUnsigned(hash, least) < 0 ? hash : least;
                most = Long.compareUnsigned(hash, most) > 0 ? hash : most;
                boolean cut = document.text().length() > LONG_DOCUMENT;
                encoding.document(document, cut ? LONG_PART : Integer.MAX_VALUE, held);
            }
            encoding.drain();
            boolean complete = validation > 0 && validation < count;
            return new Pass(count, validation, least, most, complete ? encoding.finish(fingerprint, DatasetConfig.Split.HASH) : null);
        }
    }

    private DatasetInfo byPosition(String fingerprint) throws IOException {
        long chars = 0;
        for (var document : documents) {
            chars += document.text().length();
        }
        if (chars < 2) {
            throw tooLittle();
        }
        long boundary = Math.clamp((long) Math.floor(chars * (1 - config.validation())), 1, chars - 1);
        long at = 0;
        try (var encoding = new Encoding()) {
            for (var document : documents) {
                var text = document.text();
                int cut = (int) Math.clamp(boundary - at, 0, text.length());
                if (cut > 0 && cut < text.length() && Character.isSurrogatePair(text.charAt(cut - 1), text.charAt(cut))) {
                    cut++;
                }
                at += text.length();
                encoding.document(new Document(document.source(), text.substring(0, cut)), POSITION_PART, false);
                encoding.document(new Document(document.source(), text.substring(cut)), POSITION_PART, true);
            }
            encoding.drain();
            if (encoding.train.documents == 0 || encoding.validation.documents == 0) {
                throw tooLittle();
            }
            return encoding.finish(fingerprint, DatasetConfig.Split.POSITION);
        }
    }

    private static UserError tooLittle() {
        return new UserError("There is too little text to hold any of it out for validation; name more data.");
    }

    /** A document, or a part of a long one. */
    private record Part(String text, boolean last, boolean heldOut) {
    }

    /** A part with its tokens and its text in UTF-8. */
    private record Encoded(Part part, int[] tokens, byte[] utf8) {
    }

    /** The work under way: parts are gathered into tasks, tasks run on the threads, their results are written in the order of the tasks. */
    private final class Encoding implements Closeable {
        private final int threads = config.threads() > 0 ? config.threads() : Runtime.getRuntime().availableProcessors();
        private final ExecutorService workers = Executors.newFixedThreadPool(threads,
                Thread.ofPlatform().daemon().name("encode-", 0).factory());
        private final Deque<Future<List<Encoded>>> running = new ArrayDeque<>();
        private final Side train;
        private final Side validation;
        private List<Part> gathered = new ArrayList<>();
        private int gatheredChars;

        Encoding() throws IOException {
            try (var leftovers = Files.list(folder)) { // of an earlier pass
                for (var file : leftovers.toList()) {
                    Files.delete(file);
                }
            }
            train = new Side("train", TRAIN_TEXT, TRAIN_TEXT_BYTES);
            validation = new Side("val", VALIDATION_TEXT, Long.MAX_VALUE);
        }

        void document(Document document, int partChars, boolean heldOut) throws IOException {
            var text = document.text();
            if (text.length() <= partChars) {
                if (!text.isEmpty()) {
                    add(new Part(text, true, heldOut));
                }
                return;
            }
            var cutter = new TextCutter(new StringReader(text), TextCutter.Cut.SIZE, partChars, document.source());
            var part = cutter.next();
            while (part != null) {
                var next = cutter.next();
                add(new Part(part, next == null, heldOut));
                part = next;
            }
        }

        private void add(Part part) throws IOException {
            gathered.add(part);
            gatheredChars += part.text().length();
            if (gatheredChars >= TASK_CHARS) {
                submit();
            }
        }

        private void submit() throws IOException {
            var parts = gathered;
            gathered = new ArrayList<>();
            gatheredChars = 0;
            running.add(workers.submit(() -> parts.stream().map(this::encode).toList()));
            while (running.size() > 3 * threads) { // bounds what waits in memory
                write(running.remove());
            }
        }

        void drain() throws IOException {
            submit();
            while (!running.isEmpty()) {
                write(running.remove());
            }
        }

        private Encoded encode(Part part) {
            var tokens = encoder.encode().apply(part.text());
            if (part.last()) {
                tokens = Arrays.copyOf(tokens, tokens.length + 1);
                tokens[tokens.length - 1] = encoder.endOfDocument();
            }
            return new Encoded(part, tokens, part.text().getBytes(StandardCharsets.UTF_8));
        }

        private void write(Future<List<Encoded>> task) throws IOException {
            try {
                for (var encoded : task.get()) {
                    (encoded.part().heldOut() ? validation : train).add(encoded);
                }
                progress.accept(train.bytes + validation.bytes);
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case RuntimeException cause -> throw cause;
                    case Error cause -> throw cause;
                    case null, default -> throw new IllegalStateException(e.getCause());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UserError("The encoding of the data was interrupted; run the command again.", e);
            }
        }

        DatasetInfo finish(String fingerprint, DatasetConfig.Split split) throws IOException {
            return new DatasetInfo(TokenDataset.VERSION, fingerprint, documents.sources(), encoder.vocabSize(), encoder.endOfDocument(),
                    split.toString(), train.finish(), validation.finish());
        }

        @Override
        public void close() throws IOException {
            workers.shutdownNow();
            workers.close(); // waits for the tasks under way, so that none uses a tokenizer that the caller has closed meanwhile
            try (validation) {
                train.close();
            }
        }
    }

    /** The shards and the text of one side. */
    private final class Side implements Closeable {
        private final String prefix;
        private final OutputStream text;
        private long textRoom;
        private final List<String> shards = new ArrayList<>();
        private @Nullable ShardWriter writer;
        private long documents;
        private long tokens;
        private long bytes;

        Side(String prefix, String textName, long textRoom) throws IOException {
            this.prefix = prefix;
            this.textRoom = textRoom;
            this.text = new BufferedOutputStream(Files.newOutputStream(folder.resolve(textName)), 1 << 16);
        }

        void add(Encoded encoded) throws IOException {
            if (writer != null && writer.tokens() > 0 && writer.tokens() + encoded.tokens().length > config.shardTokens()) {
                writer.finish();
                writer = null;
            }
            if (writer == null) {
                var name = String.format(Locale.ROOT, "%s-%05d.bin", prefix, shards.size());
                writer = new ShardWriter(folder.resolve(name), encoder.vocabSize(), encoder.endOfDocument());
                shards.add(name);
            }
            writer.add(encoded.tokens(), encoded.utf8().length);
            int room = (int) Math.min(textRoom, encoded.utf8().length);
            text.write(encoded.utf8(), 0, room);
            textRoom -= room;
            int n = encoded.tokens().length;
            documents += n > 0 && encoded.tokens()[n - 1] == encoder.endOfDocument() ? 1 : 0;
            tokens += encoded.tokens().length;
            bytes += encoded.utf8().length;
        }

        DatasetInfo.Side finish() throws IOException {
            if (writer != null) {
                writer.finish();
            }
            text.close();
            return new DatasetInfo.Side(documents, tokens, bytes, shards);
        }

        @Override
        public void close() throws IOException {
            if (writer != null) {
                writer.close();
            }
            text.close();
        }
    }
}
