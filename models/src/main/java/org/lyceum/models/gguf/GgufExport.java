package org.lyceum.models.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.huggingface.Family;
import org.lyceum.models.huggingface.StoredTensor;
import org.lyceum.models.layers.Parameter;
import org.lyceum.models.layers.Rope;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.gguf.BlockFormat;
import org.lyceum.tensor.gguf.GgufWriter;
import org.lyceum.tensor.gguf.GgufWriter.Source;

/** Writes a decoder as a GGUF file that llama.cpp runs. */
public final class GgufExport {
    private GgufExport() {
    }

    /**
     * Writes one file, whole or not at all, one tensor at a time.
     *
     * @param name what to call the model in the file
     * @param tokenizer the keys {@code tokenizer.*}
     * @throws UserError where llama.cpp has no architecture that computes what the model computes, or the disk is full
     */
    public static void write(Path file, Decoder model, String name, Map<String, Object> tokenizer, Quantization quantization) {
        var config = model.config();
        var metadata = GgufKeys.write(config, name, quantization);
        metadata.putAll(tokenizer);
        var family = Family.of(config);
        var sources = new ArrayList<Source>();
        if (config.rope().scaling() instanceof Rope.Llama3) {
            var factors = ropeFactors(config);
            sources.add(Source.quantized("rope_freqs.weight", BlockFormat.F32, List.of((long) factors.length),
                    (from, out, count) -> System.arraycopy(factors, (int) from, out, 0, count)));
        }
        for (var parameter : model.parameters()) {
            for (var stored : family.inGguf(config, parameter)) {
                sources.add(source(stored, stored.name(), quantization));
                if (family == Family.OLMO2 && config.tiedEmbeddings() && parameter.role() == Parameter.Role.EMBEDDING) {
                    sources.add(source(stored, "output.weight", quantization)); // llama.cpp wants OLMo-2's head to be there
                }
            }
        }
        GgufWriter.write(file, metadata, sources);
    }

    static Source source(StoredTensor stored, String name, Quantization quantization) {
        var shape = stored.shape();
        var format = quantization.of(name, shape);
        return new Source(name, format, shape, sink -> {
            try (var _ = Scope.open(); var _ = NoGradient.open()) {
                // Copies only what is turned, transposed, held in bf16 or on another device.
                var values = stored.toFile().to(DType.F32).to(Device.CPU).contiguous().data();
                Source.quantized(name, format, shape, (from, out, count) -> copy(name, values, from, out, count)).data().writeTo(sink);
            }
        });
    }

    private static void copy(String name, MemorySegment values, long from, float[] out, int count) {
        MemorySegment.copy(values, ValueLayout.JAVA_FLOAT, from * Float.BYTES, out, 0, count);
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(out[i])) {
                throw new UserError("The tensor '" + name + "' holds a value that is not a number (" + out[i]
                        + "), so the model is damaged and is not converted.");
            }
        }
    }

    /** What llama.cpp divides each pair's frequency by, in place of Llama 3's formula. */
    private static float[] ropeFactors(DecoderConfig config) {
        var plain = Rope.of(config.rope().theta()).frequencies(config.headWidth());
        var scaled = config.rope().frequencies(config.headWidth());
        var factors = new float[plain.length];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = plain[i] / scaled[i];
        }
        return factors;
    }
}
