package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Test vectors of other projects, too large or not ours to commit: jtokkit's {@code *_encodings.csv} and {@code *.tiktoken}, the GPT-2
 * vocabulary of Stanford's CS336, llama.cpp's {@code ggml-vocab-gpt-2}. Looked for in the folder that the system
 * property {@code lyceum.data} names, or in {@code shared/data} beside the repository; skipped where they are not.
 */
@Tag("shared-data")
class SharedDataTokenizerTest {
    private static Path data(String name) {
        var folder = System.getProperty("lyceum.data", System.getenv("LYCEUM_DATA"));
        var path = (folder != null ? Path.of(folder) : Path.of("../../shared/data")).resolve(name);
        assumeTrue(Files.exists(path), path + " is not there; set -Dlyceum.data to the folder that holds it");
        return path;
    }

    @ParameterizedTest
    @CsvSource({"cl100k_base,CL100K", "r50k_base,GPT2", "p50k_base,GPT2", "o200k_base,O200K"})
    void givesTheIdsOfTiktoken(String name, PreSplit split) throws Exception {
        var tokenizer = ofTiktoken(data("jtokkit/" + name + ".tiktoken"), split);
        int checked = 0;
        try (var rows = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get()
                .parse(Files.newBufferedReader(data("jtokkit/" + name + "_encodings.csv")))) {
            for (var row : rows) {
                var expected = Arrays.stream(row.get("output").replaceAll("[\\[\\] ]", "").split(",")).mapToInt(Integer::parseInt)
                        .toArray();
                assertThat(tokenizer.encode(row.get("input"))).as(row.get("input")).isEqualTo(expected);
                assertThat(tokenizer.decode(expected)).isEqualTo(row.get("input"));
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(100);
    }

    @Test
    void givesTheIdsOfGpt2() throws Exception {
        var tokenizer = gpt2();
        var texts = Files.readString(data("llamacpp_vocab/ggml-vocab-gpt-2.gguf.inp")).split("\n__ggml_vocab_test__\n", -1);
        var lines = Files.readAllLines(data("llamacpp_vocab/ggml-vocab-gpt-2.gguf.out"));
        assertThat(lines).hasSizeGreaterThan(40);
        for (int i = 0; i < lines.size(); i++) {
            var ids = lines.get(i).isBlank()
                    ? new int[0]
                    : Arrays.stream(lines.get(i).strip().split(" ")).mapToInt(Integer::parseInt).toArray();
            assertThat(tokenizer.encode(texts[i])).as(texts[i]).isEqualTo(ids);
        }
    }

    /** Every vocabulary of llama.cpp that is there as a GGUF file, on its texts; and what it is saved as, in Hugging Face's own library. */
    @ParameterizedTest
    @ValueSource(strings = {"bert-bge", "falcon", "gpt-2", "llama-spm", "phi-3", "refact", "starcoder", "llama-bpe", "qwen2", "command-r",
            "mpt", "deepseek-llm", "deepseek-coder", "chameleon", "roberta-bpe", "deepseek-r1-qwen"})
    void givesTheIdsOfLlamaCpp(String name, @TempDir Path folder) throws Exception {
        var file = data("llamacpp_vocab/ggml-vocab-" + name + ".gguf");
        var tokenizer = Tokenizer.ofGguf(GgufMetadata.read(file), file.toString());
        tokenizer.save(folder);
        var saved = Tokenizer.load(folder);
        var theirs = HuggingFaceTokenizerTest.byTheirLibrary(folder.resolve("tokenizer.json"));
        var texts = Files.readString(Path.of(file + ".inp")).split("\n__ggml_vocab_test__\n", -1);
        var lines = Files.readAllLines(Path.of(file + ".out"));
        assertThat(lines).hasSizeGreaterThan(40);
        for (int i = 0; i < lines.size(); i++) {
            var ids = lines.get(i).isBlank()
                    ? new int[0]
                    : Arrays.stream(lines.get(i).strip().split(" ")).mapToInt(Integer::parseInt).toArray();
            assertThat(tokenizer.encode(texts[i])).as(texts[i]).isEqualTo(ids);
            assertThat(saved.encode(texts[i])).as(texts[i]).isEqualTo(ids);
            assertThat(theirs.encode(texts[i])).as(texts[i]).isEqualTo(ids);
        }
    }

    private static BytePairTokenizer gpt2() throws Exception {
        var ids = new TreeMap<Integer, String>();
        var vocab = JsonMapper.builder().build().readTree(Files.readString(data("bpe_fixtures_cs336/gpt2_vocab.json")));
        vocab.properties().forEach(entry -> ids.put(entry.getValue().intValue(), entry.getKey()));
        var tokens = new ArrayList<>(ids.values());
        var byName = new HashMap<String, Integer>();
        tokens.forEach(token -> byName.put(token, byName.size()));
        var lines = Files.readAllLines(data("bpe_fixtures_cs336/gpt2_merges.txt")).stream()
                .filter(line -> !line.isEmpty() && !line.startsWith("#version"))
                .map(line -> line.split(" ")).toList();
        var pairs = lines.stream().mapToLong(pair -> LongIntMap.pair(id(byName, pair[0]), id(byName, pair[1]))).toArray();
        var results = lines.stream().mapToInt(pair -> id(byName, pair[0] + pair[1])).toArray();
        return BytePairFiles.create(tokens, List.of(new AddedToken(50256, "<|endoftext|>", true)), new Merges(pairs, results),
                PreSplit.GPT2);
    }

    private static int id(Map<String, Integer> ids, String token) {
        return Objects.requireNonNull(ids.get(token), token);
    }

    /** tiktoken merges whatever two tokens spell a third one, the lowest third first: each way to cut a token in two is a merge of its rank. */
    private static BytePairTokenizer ofTiktoken(Path file, PreSplit split) throws Exception {
        var byRank = new TreeMap<Integer, String>();
        for (var line : Files.readAllLines(file)) {
            var parts = line.split(" ");
            byRank.put(Integer.parseInt(parts[1]), ByteAlphabet.write(Base64.getDecoder().decode(parts[0])));
        }
        var tokens = new ArrayList<String>();
        var ids = new HashMap<String, Integer>();
        for (var entry : byRank.entrySet()) {
            while (tokens.size() < entry.getKey()) {
                tokens.add("unused-" + tokens.size());
            }
            tokens.add(entry.getValue());
            ids.put(entry.getValue(), entry.getKey());
        }
        var pairs = new ArrayList<Long>();
        var results = new Ints(1 << 18);
        for (var entry : byRank.entrySet()) {
            var token = entry.getValue();
            for (int i = 1; i < token.length(); i++) {
                var left = ids.get(token.substring(0, i));
                var right = ids.get(token.substring(i));
                if (left != null && right != null) {
                    pairs.add(LongIntMap.pair(left, right));
                    results.add(entry.getKey());
                }
            }
        }
        return BytePairFiles.create(tokens, List.of(), new Merges(pairs.stream().mapToLong(Long::longValue).toArray(), results.toArray()),
                split);
    }

    @Test
    void bothCorporaComeBackAndHuggingFaceAgrees() throws Exception {
        var english = Files.readString(data("bpe_fixtures_cs336/corpus.en"));
        var german = Files.readString(data("bpe_fixtures_cs336/german.txt"));
        for (var split : PreSplit.values()) {
            var ours = BytePairTrainer.of(1000).withPreSplit(split).train(List.of(english));
            var folder = Files.createTempDirectory("tokenizer");
            ours.save(folder);
            var theirs = HuggingFaceTokenizerTest.byTheirLibrary(folder.resolve("tokenizer.json"));
            for (var text : List.of(english, german)) {
                assertThat(ours.encode(text)).isEqualTo(theirs.encode(text));
                assertThat(ours.decodeBytes(ours.encode(text))).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
            }
            org.lyceum.foundation.WholeFiles.deleteTree(folder);
        }
    }
}
