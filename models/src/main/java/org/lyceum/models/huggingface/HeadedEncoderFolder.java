package org.lyceum.models.huggingface;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.models.Encoder;
import org.lyceum.models.EncoderConfig;
import org.lyceum.models.heads.EncoderHead;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.MaskedLanguageHead;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.heads.SpanHead;
import org.lyceum.models.heads.TokenHead;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.safetensors.SafetensorsWriter;

/**
 * An encoder with a head as {@code transformers} keeps it: {@code BertForMaskedLM}, {@code BertForSequenceClassification} and so on, or
 * RoBERTa's likes. {@link EncoderFolder} reads the encoder alone from the same folder.
 */
public final class HeadedEncoderFolder {
    /** How a text's states become one vector; spelled as ModernBERT spells it, since BERT has no choice there. */
    private static final String POOLING = "classifier_pooling";

    private HeadedEncoderFolder() {
    }

    /**
     * Writes {@code config.json} and {@code model.safetensors}, f32, into an existing folder; each file is whole, and for both or neither
     * pass the folder of {@link WholeFiles#writeFolder}.
     *
     * @param specialTokenIds ids of tokens with a role, those that there are: {@code "pad"}, {@code "bos"}, {@code "eos"}, {@code "cls"},
     *     {@code "sep"}, {@code "mask"}
     */
    public static void write(Path folder, HeadedEncoder<?> model, Map<String, Integer> specialTokenIds) {
        write(folder, model.encoder(), model.head(), specialTokenIds);
    }

    static void write(Path folder, Encoder encoder, @Nullable EncoderHead head, Map<String, Integer> specialTokenIds) {
        var family = EncoderFamily.of(encoder.config());
        var config = family.toJson(encoder.config());
        specialTokenIds.forEach((role, id) -> config.put(role + "_token_id", id));
        for (var key : List.of("dtype", "torch_dtype")) {
            config.put(key, "float32");
        }
        var sources = new ArrayList<SafetensorsWriter.Source>();
        add(sources, encoder.parameters(), TensorNames.ENCODER, head == null ? "" : family.prefix());
        if (head == null) {
            config.put("architectures", List.of(family == EncoderFamily.BERT ? "BertModel" : "RobertaModel"));
        } else {
            var names = HeadNames.of(family, head.getClass());
            config.put("architectures", List.of(names.architecture()));
            add(sources, head.parameters(), names.tensors(), "");
            describe(head, config);
        }
        SafetensorsWriter.write(folder.resolve("model.safetensors"), sources, SafetensorsWriter.PYTORCH);
        WholeFiles.write(folder.resolve("config.json"), HuggingFaceFolder.pretty(config));
    }

    private static void add(List<SafetensorsWriter.Source> sources, List<Parameter> parameters, List<TensorNames> names, String prefix) {
        for (var parameter : parameters) {
            for (var stored : TensorNames.inFolder(names, parameter)) {
                sources.add(HuggingFaceFolder.source(prefix + stored.name(), stored, DType.F32));
            }
        }
    }

    private static void describe(EncoderHead head, Map<String, @Nullable Object> config) {
        switch (head) {
            case SequenceHead sequence -> {
                labels(sequence.labels(), config);
                config.put("problem_type", "single_label_classification");
                if (sequence.pooling() != SequenceHead.Pooling.CLS) {
                    config.put(POOLING, sequence.pooling().toString());
                }
            }
            case TokenHead token -> labels(token.labels(), config);
            case MaskedLanguageHead _,SpanHead _ -> {
                return;
            }
        }
    }

    private static void labels(List<String> labels, Map<String, @Nullable Object> config) {
        var names = new LinkedHashMap<String, String>();
        var ids = new LinkedHashMap<String, Integer>();
        for (int id = 0; id < labels.size(); id++) {
            names.put(Integer.toString(id), labels.get(id));
            ids.put(labels.get(id), id);
        }
        config.put("id2label", names);
        config.put("label2id", ids);
    }

    /** What kind of head the model in {@code folder} has, if it is one that we know. */
    public static Optional<Class<? extends EncoderHead>> headOf(Path folder) {
        return names(HuggingFaceFolder.config(folder)).map(HeadNames::head);
    }

    /**
     * The model in {@code folder} for inference, which must have a head of that kind. Throws {@link UserError} as
     * {@link EncoderFolder#read} does, and naming the head that it has instead.
     */
    public static <H extends EncoderHead> HeadedEncoder<H> read(Path folder, DType matmulType, Class<H> kind) {
        return read(folder, kind, config -> Encoder.forInference(config, matmulType));
    }

    /** The same as one that can be trained further. */
    public static <H extends EncoderHead> HeadedEncoder<H> readToTrain(Path folder, DType matmulType, Class<H> kind) {
        return read(folder, kind, config -> new Encoder(config, matmulType));
    }

    /** Fills {@code into} with the weights in {@code folder}, which were written from a model like it. Throws {@link UserError} otherwise. */
    public static void load(Path folder, HeadedEncoder<?> into) {
        EncoderFolder.load(folder, into.encoder());
        var names = HeadNames.of(EncoderFamily.of(into.encoder().config()), into.head().getClass());
        try (var weights = HuggingFaceFolder.openWeights(folder)) {
            EncoderFolder.fill(folder, weights.entries(), into.head().parameters(), names.tensors(), "");
        }
    }

    private interface Maker {
        Encoder make(EncoderConfig config);
    }

    private static <H extends EncoderHead> HeadedEncoder<H> read(Path folder, Class<H> kind, Maker maker) {
        var json = HuggingFaceFolder.config(folder);
        var family = EncoderFamily.of(json);
        var names = names(json).filter(found -> found.head() == kind)
                .orElseThrow(() -> new UserError("The model in " + folder + " is " + String.join(", ", json.texts("architectures"))
                        + ", and what is wanted here is " + HeadNames.of(family, kind).architecture()
                        + "; choose a model with that head."));
        var config = family.toConfig(json);
        try (var weights = HuggingFaceFolder.openWeights(folder)) {
            HuggingFaceFolder.requirePlausible(folder, config.depth(), config.parameterCount(), weights);
            var encoder = maker.make(config);
            var head = kind.cast(head(json, encoder, kind));
            EncoderFolder.fill(folder, weights.entries(), encoder.parameters(), TensorNames.ENCODER, family.prefix());
            EncoderFolder.fill(folder, weights.entries(), head.parameters(), names.tensors(), "");
            return new HeadedEncoder<>(encoder, head);
        }
    }

    private static EncoderHead head(ConfigJson json, Encoder encoder, Class<? extends EncoderHead> kind) {
        if (kind == SequenceHead.class) {
            json.refuse(!List.of("single_label_classification", "").contains(json.text("problem_type", "")),
                    "the problem_type '" + json.text("problem_type", "") + "'");
            var pooling = json.has(POOLING) ? json.choice(POOLING, SequenceHead.Pooling.class) : SequenceHead.Pooling.CLS;
            return new SequenceHead(encoder, pooling, labels(json));
        }
        if (kind == TokenHead.class) {
            return new TokenHead(encoder, labels(json));
        }
        return kind == SpanHead.class ? new SpanHead(encoder) : new MaskedLanguageHead(encoder);
    }

    /** {@code id2label} in the order of the ids; without it, the two labels that {@code transformers} then takes. */
    private static List<String> labels(ConfigJson json) {
        if (!json.has("id2label")) {
            return List.of("LABEL_0", "LABEL_1");
        }
        var names = json.object("id2label");
        var labels = new ArrayList<String>();
        for (int id = 0; id < names.tree().size(); id++) {
            labels.add(names.text(Integer.toString(id), null));
        }
        if (labels.isEmpty()) {
            throw new UserError(json.file() + " names no labels (id2label is empty); save the model again.");
        }
        return labels;
    }

    private static Optional<HeadNames> names(ConfigJson json) {
        return json.texts("architectures").stream().flatMap(name -> HeadNames.of(name).stream()).findFirst();
    }
}
