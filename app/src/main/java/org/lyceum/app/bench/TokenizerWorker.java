package org.lyceum.app.bench;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lyceum's side of {@code bench tokenizer}. Commands: {@code threads N}; {@code train} learns a vocabulary and keeps it; {@code save} writes
 * it; {@code encode} encodes all documents with it.
 */
final class TokenizerWorker implements LyceumWorker.Work {
    private final Path folder;
    private final TokenizerSpec spec;
    private final List<String> documents;
    private @Nullable Tokenizer tokenizer;
    private int threads;

    TokenizerWorker(Path folder) throws IOException {
        this.folder = folder;
        spec = TokenizerSpec.read(folder);
        threads = spec.threads();
        documents = Arrays.asList(Files.readString(TokenizerSpec.documents(folder)).split("\0"));
    }

    @Override
    public Map<String, Object> ready() {
        return Map.of("documents", documents.size());
    }

    @Override
    public Map<String, Object> answer(String command, List<String> words) throws Exception {
        switch (command) {
            case "threads" -> threads = Integer.parseInt(words.getFirst());
            case "save" -> requireNonNull(tokenizer).save(folder);
            case "train" -> {
                return train();
            }
            case "encode" -> {
                return encode(requireNonNull(tokenizer));
            }
            default -> throw new IllegalArgumentException(command);
        }
        return Map.of();
    }

    private Map<String, Object> train() {
        long begin = System.nanoTime();
        var learned = BytePairTrainer.of(spec.vocabularySize()).withThreads(threads).train(documents);
        double seconds = (System.nanoTime() - begin) / 1e9;
        tokenizer = learned;
        var merges = JsonMapper.shared().readTree(learned.json()).path("model").path("merges");
        var lines = StreamSupport.stream(merges.spliterator(), false).map(TokenizerWorker::merge).collect(Collectors.joining("\n"));
        var digest = sha256();
        digest.update(lines.getBytes(StandardCharsets.UTF_8));
        return Map.of("seconds", seconds, "digest", HexFormat.of().formatHex(digest.digest()));
    }

    /** {@code "a b"}, however it is written. */
    private static String merge(JsonNode merge) {
        return merge.isString() ? merge.asString() : merge.path(0).asString() + " " + merge.path(1).asString();
    }

    private Map<String, Object> encode(Tokenizer by) throws Exception {
        var ids = new int[documents.size()][];
        long begin = System.nanoTime();
        if (threads == 1) {
            for (int i = 0; i < ids.length; i++) {
                ids[i] = by.encode(documents.get(i));
            }
        } else {
            try (var pool = Executors.newFixedThreadPool(threads)) {
                var parts = IntStream.range(0, threads).<Callable<Void>>mapToObj(part -> () -> {
                    for (int i = part; i < ids.length; i += threads) {
                        ids[i] = by.encode(documents.get(i));
                    }
                    return null;
                }).toList();
                for (var done : pool.invokeAll(parts)) {
                    done.get();
                }
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return Map.of("seconds", seconds, "digest", digest(ids));
    }

    /** SHA-256 of the ids as i32, little-endian. */
    private static String digest(int[][] ids) {
        var digest = sha256();
        for (var some : ids) {
            var bytes = ByteBuffer.allocate(4 * some.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asIntBuffer().put(some);
            digest.update(bytes.array());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
