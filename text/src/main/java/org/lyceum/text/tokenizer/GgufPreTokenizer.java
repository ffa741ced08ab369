package org.lyceum.text.tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;

/**
 * What the name in {@code tokenizer.ggml.pre} stands for. GGUF files name the arrangement of a {@code tokenizer.json} instead of holding
 * it; the names are those that llama.cpp's converter gives.
 *
 * @param splitting    how text is cut
 * @param ignoreMerges whether a piece that is itself a token is taken whole
 * @param composed     whether text is brought to Unicode's composed form first, as the tokenizer.json of these models has it
 * @param addsBos      whether a text gets a beginning where the file does not say
 * @param addsSep      whether a text gets an end where the file does not say
 */
record GgufPreTokenizer(Splitting splitting, boolean ignoreMerges, boolean composed, boolean addsBos, boolean addsSep) {
    private static final Map<String, GgufPreTokenizer> BY_NAME = byName();

    private static Map<String, GgufPreTokenizer> byName() {
        var all = new LinkedHashMap<String, GgufPreTokenizer>();
        plain(all, PreSplit.GPT2, "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "gigachat", "a.x-4.0", "mellum",
                "modern-bert", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4");
        all.put("roberta-bpe", new GgufPreTokenizer(PreSplit.GPT2, false, false, true, true));
        all.put("jina-v1-en", new GgufPreTokenizer(PreSplit.GPT2, false, false, true, true));
        all.put("jina-v2-code", new GgufPreTokenizer(PreSplit.GPT2, false, false, true, true));
        plain(all, PreSplit.GPT2_DIGITS, "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2");
        plain(all, PreSplit.CL100K, "dbrx", "smaug-bpe", "chatglm-bpe");
        for (var name : List.of("llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano")) {
            all.put(name, new GgufPreTokenizer(PreSplit.CL100K, true, false, true, false));
        }
        all.put("glm4", new GgufPreTokenizer(PreSplit.CL100K, true, false, false, false));
        all.put("glm5", new GgufPreTokenizer(PreSplit.CL100K, true, false, false, false));
        all.put("qwen2", new GgufPreTokenizer(PreSplit.QWEN2, false, true, false, false));
        plain(all, PreSplit.QWEN2, "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez", "solar-open", "kormo", "f2llmv2",
                "grok-2");
        plain(all, PreSplit.O200K, "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2");
        all.put("tekken", new GgufPreTokenizer(PreSplit.TEKKEN, true, false, true, false));
        all.put("qwen35", new GgufPreTokenizer(SplitSteps.of(SplitSteps.QWEN35).orElseThrow(), false, true, false, false));
        steps(all, "falcon", List.of(SplitSteps.PUNCTUATION, SplitSteps.GPT2, SplitSteps.THREE_DIGITS));
        steps(all, "deepseek-llm", SplitSteps.DEEPSEEK_LLM);
        steps(all, "deepseek-coder", SplitSteps.DEEPSEEK_CODER);
        for (var name : List.of("deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4")) {
            steps(all, name, SplitSteps.DEEPSEEK_3);
        }
        for (var name : List.of("poro-chat", "bloom", "gpt3-finnish")) {
            steps(all, name, SplitSteps.BLOOM);
        }
        var viking = new ArrayList<>(SplitSteps.BLOOM);
        viking.add(SplitSteps.DIGIT);
        steps(all, "viking", viking);
        all.put("chameleon", new GgufPreTokenizer(SplitSteps.of(SplitSteps.CHAMELEON).orElseThrow(), false, false, true, false));
        // For files from before the key existed.
        steps(all, "default",
                List.of(SplitSteps.PUNCTUATION_BUT_BACKTICK, SplitSteps.GPT2, SplitSteps.DIGITS, SplitSteps.THREE_DIGITS));
        return all;
    }

    private static void plain(Map<String, GgufPreTokenizer> all, Splitting splitting, String... names) {
        for (var name : names) {
            all.put(name, new GgufPreTokenizer(splitting, false, false, false, false));
        }
    }

    private static void steps(Map<String, GgufPreTokenizer> all, String name, List<String> patterns) {
        all.put(name, new GgufPreTokenizer(SplitSteps.of(patterns).orElseThrow(), false, false, false, false));
    }

    /** The first name that stands for cutting text so, if there is one. */
    static Optional<String> nameOf(Splitting splitting, boolean ignoreMerges) {
        return BY_NAME.entrySet().stream()
                .filter(entry -> entry.getValue().splitting.equals(splitting) && entry.getValue().ignoreMerges == ignoreMerges)
                .map(Map.Entry::getKey).findFirst();
    }

    static GgufPreTokenizer of(@Nullable String name, String where) {
        var known = BY_NAME.get(name == null ? "default" : name);
        if (known == null) {
            throw new UserError(where + " cuts text in a way called '" + name + "' ('tokenizer.ggml.pre') that is not known here"
                    + Nearest.to(String.valueOf(name), BY_NAME.keySet()).map(near -> "; the nearest known one is '" + near + "'").orElse("")
                    + ".");
        }
        return known;
    }
}
