package org.lyceum.models.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.layers.Rope;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.safetensors.SafetensorsFile.Entry;
import org.lyceum.tensor.safetensors.SafetensorsFolder;
import org.lyceum.tensor.safetensors.SafetensorsWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model as {@code transformers} keeps it: {@code config.json}, {@code model.safetensors} (or shards), {@code generation_config.json}.
 * What the keys and tensors are called is {@link Family}'s.
 */
public final class HuggingFaceFolder {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String CONFIG = "config.json";
    private static final String GENERATION_CONFIG = "generation_config.json";
    /** Number formats that weights are written in, by their names in {@code config.json}. */
    private static final Map<DType, String> DTYPES = Map.of(DType.F32, "float32", DType.F16, "float16", DType.BF16, "bfloat16");
    /** Number formats that weights are read from. */
    private static final List<DType> WEIGHTS = List.of(DType.F32, DType.BF16, DType.F16, DType.F64);

    private HuggingFaceFolder() {
    }

    /** Writes a model as {@link #write(Path, Decoder, Map, DType)} does, its weights as f32. */
    public static void write(Path folder, Decoder model, Map<String, Integer> specialTokenIds) {
        write(folder, model, specialTokenIds, DType.F32);
    }

    /**
     * Writes the three files into an existing folder, one tensor at a time. Each file is whole; for all or none of them pass the folder of
     * {@link WholeFiles#writeFolder}.
     *
     * @param specialTokenIds ids under {@code "bos"}, {@code "eos"} and {@code "pad"}; what is missing is written as null
     * @param dtype the number format of the weights: F32, F16 or BF16
     */
    public static void write(Path folder, Decoder model, Map<String, Integer> specialTokenIds, DType dtype) {
        var family = Family.of(model.config());
        var stored = model.parameters().stream().flatMap(parameter -> family.stored(parameter).stream()).toList();
        write(folder, family.toJson(model.config()), stored, specialTokenIds, dtype);
    }

    /** The same for a model of any kind whose configuration has the keys {@code config} and whose weights lie so in the file. */
    static void write(Path folder, Map<String, @Nullable Object> config, List<StoredTensor> weights, Map<String, Integer> specialTokenIds,
            DType dtype) {
        for (var key : List.of("dtype", "torch_dtype")) {
            config.put(key, DTYPES.get(dtype));
        }
        var generation = new TreeMap<String, @Nullable Object>(Map.of("_from_model_config", true, "use_cache", true));
        for (var special : List.of("bos", "eos", "pad")) {
            config.put(special + "_token_id", specialTokenIds.get(special));
            generation.put(special + "_token_id", specialTokenIds.get(special));
        }
        var sources = weights.stream().map(stored -> source(stored.name(), stored, dtype)).toList();
        SafetensorsWriter.write(folder.resolve("model.safetensors"), sources, SafetensorsWriter.PYTORCH);
        WholeFiles.write(folder.resolve(GENERATION_CONFIG), pretty(generation));
        WholeFiles.write(folder.resolve(CONFIG), pretty(config));
    }

    /** {@code stored} under {@code name} in the number format {@code dtype}. */
    static SafetensorsWriter.Source source(String name, StoredTensor stored, DType dtype) {
        return new SafetensorsWriter.Source(name, dtype, stored.shape(), sink -> {
            try (var _ = Scope.open(); var _ = NoGradient.open()) {
                // Copies only what is transposed, held in another number format or on another device.
                sink.accept(stored.toFile().to(dtype).to(Device.CPU).contiguous().data());
            }
        });
    }

    /**
     * The shape of the model in {@code folder}. Throws {@link UserError} where there is none, or one that asks for something that we do not
     * compute.
     */
    public static DecoderConfig readConfig(Path folder) {
        var json = config(folder);
        return Family.of(json).toConfig(json);
    }

    /**
     * The tokens that end a text, from {@code generation_config.json} or else {@code config.json}; empty where neither names one. Throws
     * {@link UserError} where what is there are no token ids.
     */
    public static List<Integer> readEndIds(Path folder) {
        for (var name : List.of(GENERATION_CONFIG, CONFIG)) {
            if (Files.exists(folder.resolve(name))) {
                var ids = ConfigJson.read(folder.resolve(name)).integers("eos_token_id");
                if (!ids.isEmpty()) {
                    return ids;
                }
            }
        }
        return List.of();
    }

    /**
     * The model in {@code folder} for inference ({@link Decoder#forInference}) on {@code Torch.device()}, weights from f32, bf16, f16 or f64
     * and converted one by one as they are read. Throws {@link UserError} naming the file or tensor where the folder is no model, is damaged,
     * or its weights do not fit its configuration.
     *
     * @param matmulType the number format of matrix products, in which the matrices are held
     */
    public static Decoder read(Path folder, DType matmulType) {
        var json = config(folder);
        var family = Family.of(json);
        var config = family.toConfig(json);
        try (var weights = openWeights(folder)) {
            requirePlausible(folder, config.depth(), config.parameterCount(), weights);
            var model = Decoder.forInference(config, matmulType);
            fill(folder, family, weights, model);
            return model;
        }
    }

    /**
     * Replaces the weights of {@code into} with those in {@code folder}, whose configuration must be the same but for dropout and for a
     * context that no weight depends on. When it throws {@link UserError}, for the reasons of {@link #read}, {@code into} is as it was.
     */
    public static void load(Path folder, Decoder into) {
        var json = config(folder);
        var family = Family.of(json);
        requireSame(folder, family.toConfig(json), into.config());
        try (var weights = openWeights(folder)) {
            fill(folder, family, weights, into);
        }
    }

    static ConfigJson config(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new UserError(Files.exists(folder)
                    ? folder + " is a file, not a model folder; name the folder that holds config.json."
                    : "There is no folder " + folder + "; check the path.");
        }
        if (!Files.exists(folder.resolve(CONFIG))) {
            throw new UserError(folder + " holds no config.json; it is not a model folder.");
        }
        return ConfigJson.read(folder.resolve(CONFIG));
    }

    static SafetensorsFolder openWeights(Path folder) {
        if (!Files.exists(folder.resolve("model.safetensors")) && !Files.exists(folder.resolve("model.safetensors.index.json"))) {
            try (var files = Files.list(folder)) {
                var pickle = files.map(file -> file.getFileName().toString())
                        .filter(name -> name.matches("pytorch_model.*\\.bin|.*\\.(pt|pth|ckpt)")).sorted()
                        .findFirst();
                if (pickle.isPresent()) {
                    throw new UserError(folder + " holds its weights as a Python pickle (" + pickle.get()
                            + "), which can run code when it is opened; save them as model.safetensors first.");
                }
            } catch (IOException e) {
                throw IoErrors.reading(folder, e);
            }
        }
        return SafetensorsFolder.open(folder);
    }

    /** A damaged configuration must not make us allocate more than its weights could ever fill. */
    static void requirePlausible(Path folder, int depth, long parameters, SafetensorsFolder weights) {
        long values = weights.entries().values().stream().mapToLong(entry -> entry.data().byteSize() / entry.dtype().bytes()).sum();
        if (depth > weights.entries().size() || parameters / 2 > values) {
            throw new UserError(folder.resolve(CONFIG) + " describes " + depth + " blocks with " + parameters
                    + " parameters, and the weights beside it hold only " + weights.entries().size() + " tensors with " + values
                    + " values; they belong to different models.");
        }
    }

    private static void fill(Path folder, Family family, SafetensorsFolder weights, Decoder model) {
        var entries = weights.entries();
        boolean prefixed = family.prefix().isEmpty() || entries.keySet().stream().anyMatch(name -> name.startsWith(family.prefix()));
        var found = new LinkedHashMap<StoredTensor, Entry>();
        var names = new HashSet<String>();
        for (var parameter : model.parameters()) {
            for (var stored : family.stored(parameter)) {
                var name = prefixed ? stored.name() : stored.name().replaceFirst("^" + family.prefix(), "");
                found.put(stored, check(folder, stored, entries.get(name), name));
                names.add(name);
            }
        }
        for (var name : entries.keySet()) {
            // A tied head is sometimes saved beside the embedding that it equals.
            boolean tiedHead = model.config().tiedEmbeddings() && name.equals("lm_head.weight");
            if (!names.contains(name) && !tiedHead && !family.isBuffer(name)) {
                throw unknown(folder, name);
            }
        }
        fill(found);
    }

    static UserError unknown(Path folder, String name) {
        return new UserError("The weights in " + folder + " hold a tensor '" + printable(name)
                + "' that a model of their config.json does not have; they belong to different models.");
    }

    /** Takes over weights that were {@linkplain #check checked}. */
    static void fill(Map<StoredTensor, Entry> found) {
        try (var _ = NoGradient.open()) {
            found.forEach((stored, entry) -> {
                try (var _ = Scope.open()) {
                    stored.fill(Tensor.copyOf(entry.data(), entry.dtype(), entry.dimensions()));
                }
            });
        }
    }

    static Entry check(Path folder, StoredTensor stored, @Nullable Entry entry, String name) {
        if (entry == null) {
            throw new UserError("The weights in " + folder + " lack the tensor '" + name + "' " + stored.shape()
                    + " that their config.json asks for; they belong to different models or are incomplete.");
        }
        if (!entry.shape().equals(stored.shape())) {
            throw new UserError(
                    "The tensor '" + name + "' in " + folder + " has the shape " + entry.shape() + " where config.json asks for "
                            + stored.shape() + "; they belong to different models.");
        }
        if (!WEIGHTS.contains(entry.dtype())) {
            throw new UserError(
                    "The tensor '" + name + "' in " + folder + " is in the number format " + entry.dtype() + ", and weights are read from "
                            + WEIGHTS + " only; save it in one of these.");
        }
        return entry;
    }

    private static void requireSame(Path folder, DecoderConfig found, DecoderConfig wanted) {
        var there = Family.LYCEUM.toJson(comparable(found));
        Family.LYCEUM.toJson(comparable(wanted)).forEach((key, value) -> {
            if (!String.valueOf(value).equals(String.valueOf(there.get(key)))) {
                throw new UserError("The model in " + folder + " has " + key + "=" + there.get(key) + " where this one has " + value
                        + "; load it into a model of its own configuration.");
            }
        });
    }

    /** Without what the weights do not depend on. */
    private static DecoderConfig comparable(DecoderConfig c) {
        return c.with(d -> {
            d.context = c.positions() == Positions.LEARNED ? c.context() : 1;
            d.rope = c.positions() == Positions.ROPE ? c.rope() : Rope.of(1);
            d.dropout = 0;
        });
    }

    private static String printable(String name) {
        return name.length() > 100 ? name.substring(0, 100) + "…" : name;
    }

    static String pretty(Map<String, @Nullable Object> keys) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(keys) + "\n";
    }
}
