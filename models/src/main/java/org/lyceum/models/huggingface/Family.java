package org.lyceum.models.huggingface;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Rope;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The families of decoders that other programs know: what a model folder and a GGUF file call them and their tensors ({@link TensorNames}),
 * and whose configuration keys they speak ({@link ConfigKeys}). A constant's name, in lower case, is its {@code model_type}.
 */
public enum Family {
    /** Radford et al. 2019: layer norm, learned positions, GELU, biases. Its matrices are stored (I, O). */
    GPT2("GPT2LMHeadModel", "gpt2", "transformer.", "\\.attn\\.(masked_)?bias$", TensorNames.GPT2),
    /** Touvron et al. 2023, Llama Team 2024: RMS norm, rotary positions, grouped queries, SwiGLU. */
    LLAMA("LlamaForCausalLM", "llama", "model.", Names.FREQUENCIES, TensorNames.LLAMA),
    /** Jiang et al. 2023: Llama in which every layer slides. */
    MISTRAL("MistralForCausalLM", "llama", "model.", Names.FREQUENCIES, TensorNames.LLAMA),
    /** Yang et al. 2024, Qwen2 and Qwen2.5: Llama with offsets of queries, keys and values. */
    QWEN2("Qwen2ForCausalLM", "qwen2", "model.", Names.FREQUENCIES, TensorNames.LLAMA),
    /** Yang et al. 2025: Llama with an RMS norm on each head's queries and keys. */
    QWEN3("Qwen3ForCausalLM", "qwen3", "model.", Names.FREQUENCIES, TensorNames.LLAMA),
    /** OLMo Team 2024: norms after attention and feed-forward network alone, and on all heads' queries and keys at once. */
    OLMO2("Olmo2ForCausalLM", "olmo2", "model.", Names.FREQUENCIES, TensorNames.OLMO2),
    /** Gemma Team 2025, text alone: norms before and after, gains stored less one, GeGLU, scaled token vectors, five of six layers slide. */
    GEMMA3_TEXT("Gemma3ForCausalLM", "gemma3", "model.", Names.FREQUENCIES, TensorNames.GEMMA3),
    /** Every other choice of layers: our own keys and names, which no other program has a class for. */
    LYCEUM("LyceumDecoder", null, "", "(?!)", List.of());

    /** Constants that the enumeration's own constants need. */
    private static final class Names {
        private static final String FREQUENCIES = "rotary_emb\\.inv_freq$";
    }

    private static final JsonMapper JSON = new JsonMapper();

    private final String architecture;
    private final @Nullable String gguf;
    private final String prefix;
    private final Pattern buffers;
    private final List<TensorNames> names;

    Family(String architecture, @Nullable String gguf, String prefix, String buffers, List<TensorNames> names) {
        this.architecture = architecture;
        this.gguf = gguf;
        this.prefix = prefix;
        this.buffers = Pattern.compile(buffers);
        this.names = names;
    }

    /** The first family whose keys can say all that {@code config} says; {@link #LYCEUM} if none can. */
    public static Family of(DecoderConfig config) {
        return Arrays.stream(values()).filter(family -> family.says(config)).findFirst().orElse(LYCEUM);
    }

    private boolean says(DecoderConfig config) {
        try {
            var json = (ObjectNode) JSON.valueToTree(toJson(config));
            return withoutIdleRope(keys().read(new ConfigJson(java.nio.file.Path.of("config.json"), json))).equals(withoutIdleRope(config));
        } catch (UserError e) {
            return false; // what it would write, it would refuse
        }
    }

    /** Without the speed of rotary positions where positions are others. */
    private static DecoderConfig withoutIdleRope(DecoderConfig config) {
        return config.positions() == Positions.ROPE ? config : config.with(c -> c.rope = Rope.of(1));
    }

    static Family of(ConfigJson json) {
        if (!json.has("model_type")) {
            throw new UserError(json.file() + " has no key 'model_type'; it is not the configuration of a model.");
        }
        var name = json.text("model_type", null);
        if (EncoderFamily.knows(name)) {
            throw new UserError(json.file() + " is of the model_type '" + name + "', an encoder, which turns texts into vectors and writes "
                    + "none; name it where an embedding model is asked for, as 'lyceum serve --model' does.");
        }
        if (name.equals(RecurrentFolder.MODEL_TYPE)) {
            throw new UserError(json.file() + " is that of a recurrent net, and what is asked for is a transformer; "
                    + "'lyceum generate' and 'lyceum score' take it.");
        }
        var known = Arrays.stream(values()).map(ConfigJson::spelled).toList();
        if (!known.contains(name)) {
            throw new UserError(
                    json.file() + " is of the model_type '" + name + "', which Lyceum does not know; " + nearest(name, known));
        }
        return json.choice("model_type", Family.class);
    }

    /** The family that llama.cpp calls {@code architecture}. Throws {@link UserError} where there is none, naming {@code file}. */
    public static Family ofGguf(Object file, String architecture) {
        return Arrays.stream(values()).filter(family -> architecture.equals(family.gguf)).findFirst().orElseThrow(() -> {
            var known = Arrays.stream(values()).map(Family::ggufArchitecture).filter(Objects::nonNull).distinct().toList();
            return new UserError(
                    file + " is of the architecture '" + architecture + "', which Lyceum does not know; " + nearest(architecture, known));
        });
    }

    /** The end of a sentence: families of a maker begin alike, so what shares the most letters at the beginning is nearest. */
    private static String nearest(String name, List<String> known) {
        var best = known.stream().max(Comparator.comparingInt(one -> shared(name, one))).orElseThrow();
        return shared(name, best) < 3 ? Nearest.hint(name, known) : "the nearest is '" + best + "'.";
    }

    private static int shared(String a, String b) {
        int n = 0;
        while (n < Math.min(a.length(), b.length()) && a.charAt(n) == b.charAt(n)) {
            n++;
        }
        return n;
    }

    // --- tensors ----------------------------------------------------------------------------------------------------------------------

    /** Where {@code parameter} lies in a model folder: in one tensor, or in one for each matrix that it stacks. */
    List<StoredTensor> stored(Parameter parameter) {
        if (names.isEmpty()) {
            return List.of(new StoredTensor(parameter.name(), parameter, 0, parameter.value().size(0), new StoredTensor.Same()));
        }
        var tensors = TensorNames.inFolder(names, parameter);
        return this == GEMMA3_TEXT && parameter.role() == Parameter.Role.NORM
                ? tensors.stream().map(tensor -> tensor.in(new StoredTensor.LessOne())).toList()
                : tensors;
    }

    /**
     * Where {@code parameter} of a model of the shape {@code config} lies in a GGUF file. Only what {@link #ggufArchitecture} names has
     * places there.
     */
    public List<StoredTensor> inGguf(DecoderConfig config, Parameter parameter) {
        return TensorNames.inGguf(names, parameter).stream().map(tensor -> {
            boolean turned = "llama".equals(gguf) && (tensor.name().contains(".attn_q.") || tensor.name().contains(".attn_k."));
            return turned ? tensor.in(new StoredTensor.Paired(config.headWidth())) : tensor;
        }).toList();
    }

    /** What llama.cpp calls the family ({@code general.architecture}); null where it does not know it. */
    public @Nullable String ggufArchitecture() {
        return gguf;
    }

    /** What stands before most names, and is missing where somebody saved the network without its head's class. */
    String prefix() {
        return prefix;
    }

    /** Whether a tensor is a constant that older versions of {@code transformers} saved with the weights. */
    boolean isBuffer(String name) {
        return buffers.matcher(name).find();
    }

    // --- config.json ------------------------------------------------------------------------------------------------------------------

    private ConfigKeys keys() {
        return switch (this) {
            case GPT2 -> new Gpt2Keys();
            case LLAMA, MISTRAL, QWEN2, QWEN3, OLMO2, GEMMA3_TEXT -> new LlamaKeys(this);
            case LYCEUM -> new LyceumKeys();
        };
    }

    /** The keys of {@code config.json}, sorted as {@code transformers} sorts them. */
    Map<String, @Nullable Object> toJson(DecoderConfig config) {
        var keys = new TreeMap<String, @Nullable Object>();
        keys.put("architectures", List.of(architecture));
        keys.put("model_type", ConfigJson.spelled(this));
        keys.put("dtype", "float32");
        keys.put("torch_dtype", "float32"); // its name before transformers 4.56
        keys.put("use_cache", true);
        keys.put("tie_word_embeddings", config.tiedEmbeddings());
        keys.put("initializer_range", 0.02);
        keys().write(config, keys);
        return keys;
    }

    /** The configuration that the keys describe. Throws {@link UserError} where they ask for what we do not compute. */
    DecoderConfig toConfig(ConfigJson json) {
        json.refuse(json.has("quantization_config"), "quantized weights (quantization_config)");
        try {
            return keys().read(json);
        } catch (UserError e) {
            var sentence = String.valueOf(e.getMessage());
            throw sentence.startsWith(json.file().toString()) ? e : new UserError(json.file() + " describes no model: " + sentence, e);
        }
    }
}
