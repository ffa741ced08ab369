package org.lyceum.text.shard;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Digest;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.text.corpus.Documents;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Encoded documents, split into training and validation. On disk a folder:
 *
 * <pre>
 * dataset.json      counts, sources, fingerprint ({@link DatasetInfo})
 * train-00000.bin … token shards ({@link TokenShard})
 * val-00000.bin …
 * val.txt           the text of the validation documents, one after the other
 * train.txt         the text of the training documents likewise, at most its first 64 MiB (the window of xz -9)
 * </pre>
 *
 * The shards stay mapped until {@link #close()}.
 */
public final class TokenDataset implements AutoCloseable {
    static final int VERSION = 1;
    static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES, DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();
    private static final String INFO = "dataset.json";

    private final Path folder;
    private final DatasetInfo info;
    private final Arena arena;
    private final TokenSplit train;
    private final TokenSplit validation;

    private TokenDataset(Path folder, DatasetInfo info, Arena arena) {
        this.folder = folder;
        this.info = info;
        this.arena = arena;
        this.train = side(info.train());
        this.validation = side(info.validation());
    }

    /**
     * Encodes documents into {@code folder}, or opens what is there when the same documents, tokenizer and configuration made it and it is
     * undamaged. The folder is written whole or not at all. Documents are encoded on several threads; the result does not depend on how
     * many.
     *
     * <p>A document of more than a million characters, and under {@link DatasetConfig.Split#POSITION} every one of more than 4096, is
     * encoded in parts cut at blank lines, or else lines or spaces; the parts follow each other without an end-of-document token between.
     *
     * @param folder what holds the dataset; a dataset of other documents, tokenizer or configuration there is replaced
     * @param progress told the UTF-8 bytes of text encoded so far, now and then
     * @throws UserError when there is too little text to split, the documents cannot be read, the tokenizer gives a token that it should
     *     not have, the disk is full, or the folder holds something else
     */
    public static TokenDataset build(Path folder, Documents documents, TokenEncoder encoder, DatasetConfig config, LongConsumer progress) {
        var fingerprint = fingerprint(documents, encoder, config);
        if (!Files.exists(folder.resolve(INFO))) {
            refuseForeign(folder);
        } else if (readInfo(folder).fingerprint().equals(fingerprint)) {
            try {
                return open(folder);
            } catch (UserError _) {
                // Damaged shards, made of data that we have: make them again.
            }
        }
        WholeFiles.writeFolder(folder, partial -> {
            var made = new DatasetBuilder(partial, documents, encoder, config, progress).build(fingerprint);
            WholeFiles.write(partial.resolve(INFO), JSON.writeValueAsString(made) + "\n");
        });
        return open(folder, false);
    }

    /** The same without being told of progress. */
    public static TokenDataset build(Path folder, Documents documents, TokenEncoder encoder, DatasetConfig config) {
        return build(folder, documents, encoder, config, _ -> {
        });
    }

    /**
     * Opens a dataset and checks all of it against its checksums.
     *
     * @throws UserError when the folder is no dataset, or is damaged
     */
    public static TokenDataset open(Path folder) {
        return open(folder, true);
    }

    /** The same; {@code verify: false} leaves out reading every token once, as one may want for hundreds of gigabytes. */
    @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
    public static TokenDataset open(Path folder, boolean verify) {
        var info = readInfo(folder);
        var arena = Arena.ofShared();
        try {
            var dataset = new TokenDataset(folder, info, arena);
            dataset.check(verify);
            return dataset;
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Counts and sources. */
    public DatasetInfo info() {
        return info;
    }

    /** Equal for datasets made of the same documents, by the same tokenizer and configuration. */
    public String fingerprint() {
        return info.fingerprint();
    }

    /** The training side. */
    public TokenSplit train() {
        return train;
    }

    /** The held-out side. */
    public TokenSplit validation() {
        return validation;
    }

    /** The held-out text, UTF-8: what {@link #validation()} encodes, byte for byte. */
    public Path validationText() {
        return folder.resolve(DatasetBuilder.VALIDATION_TEXT);
    }

    /** The training text, UTF-8, at most its first 64 MiB. */
    public Path trainText() {
        return folder.resolve(DatasetBuilder.TRAIN_TEXT);
    }

    /** Unmaps the shards; batches already made stay valid. */
    @Override
    public void close() {
        arena.close();
    }

    private static String fingerprint(Documents documents, TokenEncoder encoder, DatasetConfig config) {
        var all = String.join("\n", "lyceum dataset " + VERSION, documents.fingerprint(), encoder.fingerprint(),
                encoder.vocabSize() + " tokens, " + encoder.endOfDocument() + " ends a document",
                config.validation() + " " + config.split() + " " + config.shardTokens());
        return Digest.sha256(all);
    }

    private static void refuseForeign(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var entries = Files.list(folder)) {
            if (entries.findAny().isPresent()) {
                throw new UserError("The folder " + folder + " holds something that is not a token dataset; name an empty or new one.");
            }
        } catch (IOException e) {
            throw IoErrors.writing(folder, e);
        }
    }

    private static DatasetInfo readInfo(Path folder) {
        var file = folder.resolve(INFO);
        try {
            @Nullable
            DatasetInfo info = JSON.readValue(Files.readString(file), DatasetInfo.class);
            if (info == null || !named(info.train()) || !named(info.validation())) {
                throw damaged(file, folder, null);
            }
            if (info.version() != VERSION) {
                throw new UserError(
                        file + " is of version " + info.version() + ", and this Lyceum reads version " + VERSION + "; delete " + folder
                                + " and build the dataset again.");
            }
            return info;
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        } catch (JacksonException e) {
            throw damaged(file, folder, e);
        }
    }

    private static boolean named(DatasetInfo.Side side) {
        return side.shards().stream().allMatch(name -> name != null && name.matches("[a-z]+-[0-9]+\\.bin"));
    }

    private static UserError damaged(Path file, Path folder, @Nullable Exception cause) {
        return new UserError(file + " is damaged, or tells of something that is not a token dataset; delete " + folder
                + " or name another folder.", cause);
    }

    private TokenSplit side(DatasetInfo.Side side) {
        var shards = new ArrayList<TokenShard>();
        for (var name : side.shards()) {
            shards.add(TokenShard.open(folder.resolve(name), arena));
        }
        if (shards.isEmpty()) {
            throw mismatch();
        }
        return new TokenSplit(shards);
    }

    private void check(boolean verify) {
        for (var pair : List.of(new Pair(info.train(), train), new Pair(info.validation(), validation))) {
            if (pair.said.tokens() != pair.split.tokens() || pair.said.documents() != pair.split.documents()
                    || pair.said.bytes() != pair.split.bytes() || info.vocabSize() != pair.split.vocabSize()
                    || info.endOfDocument() != pair.split.endOfDocument()) {
                throw mismatch();
            }
            if (verify) {
                pair.split.verify();
            }
        }
    }

    private record Pair(DatasetInfo.Side said, TokenSplit split) {
    }

    private UserError mismatch() {
        return new UserError("The shards in " + folder + " are not those that its " + INFO
                + " tells of; delete the folder and build the dataset again.");
    }
}
