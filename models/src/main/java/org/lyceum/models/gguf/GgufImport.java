package org.lyceum.models.gguf;

import java.util.HashSet;
import java.util.List;
import org.lyceum.foundation.UserError;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.huggingface.Family;
import org.lyceum.models.huggingface.StoredTensor;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.gguf.GgufFile;

/** Reads a decoder from a GGUF file into libtorch, its weights decoded: slower than computing with them as they are, and plain. */
public final class GgufImport {
    /** Elements that are decoded at a time. */
    private static final long CHUNK = 1 << 22;
    /** Tensors that are no parameters: Llama 3's scaling, and tables that older files hold. */
    private static final String NO_PARAMETER = "rope_freqs\\.weight|blk\\.\\d+\\.attn_rot_embd";

    private GgufImport() {
    }

    /** The family whose architecture the file names. Throws {@link UserError} naming the nearest where it is none that we know. */
    public static Family family(GgufFile file) {
        if (GgufEncoder.isEncoder(file)) {
            throw new UserError(
                    file.path() + " holds an encoder, which turns texts into vectors and writes none; name it where an embedding "
                            + "model is asked for, as 'lyceum serve --model' does.");
        }
        return Family.ofGguf(file.path(), file.require("general.architecture", String.class));
    }

    /** The shape of the model. Throws {@link UserError} where it is no model, or one that asks for something that we do not compute. */
    public static DecoderConfig config(GgufFile file) {
        var family = family(file);
        try {
            var config = new GgufShape(file, new ArchitectureKeys(file), family).read();
            requirePlausible(file, config.depth(), config.parameterCount());
            return config;
        } catch (UserError e) {
            var sentence = String.valueOf(e.getMessage());
            throw sentence.contains(file.path().toString()) ? e : new UserError(file.path() + " describes no model: " + sentence, e);
        }
    }

    /** Damaged metadata must not make us allocate more than the tensors could ever fill. */
    static void requirePlausible(GgufFile file, int depth, long parameters) {
        long values = file.tensors().values().stream().mapToLong(GgufFile.Entry::elements).sum();
        if (depth > file.tensors().size() || parameters / 2 > values) {
            throw new UserError(file.path() + " describes " + depth + " blocks with " + parameters
                    + " parameters, and holds only " + file.tensors().size() + " tensors with " + values
                    + " values; fetch or convert it again.");
        }
    }

    /**
     * The model for inference ({@link Decoder#forInference}) on {@code Torch.device()}. Throws {@link UserError} naming the tensor where the
     * weights do not fit the metadata.
     *
     * @param matmulType the number format of matrix products, in which the matrices are held
     */
    public static Decoder read(GgufFile file, DType matmulType) {
        var family = family(file);
        var config = config(file);
        var model = Decoder.forInference(config, matmulType);
        fill(file, model.parameters().stream().flatMap(parameter -> family.inGguf(config, parameter).stream()).toList(), NO_PARAMETER);
        return model;
    }

    /**
     * Takes over the weights of a model, all or none. Throws {@link UserError} naming a tensor that is missing, of another shape, or neither
     * among {@code wanted} nor of a name that matches {@code others}.
     */
    static void fill(GgufFile file, List<StoredTensor> wanted, String others) {
        var names = new HashSet<String>();
        for (var stored : wanted) {
            check(file, stored);
            names.add(stored.name());
        }
        for (var name : file.tensors().keySet()) {
            if (!names.contains(name) && !name.matches(others)) {
                throw new UserError(
                        file.path() + " holds a tensor '" + name + "' that a model of its metadata does not have; fetch or convert "
                                + "it again.");
            }
        }
        try (var _ = NoGradient.open()) {
            wanted.forEach(stored -> fill(stored, file.tensor(stored.name())));
        }
    }

    private static void check(GgufFile file, StoredTensor stored) {
        var entry = file.tensor(stored.name());
        if (!entry.shape().equals(stored.shape())) {
            throw new UserError("The tensor '" + stored.name() + "' in " + file.path() + " has the shape " + entry.shape()
                    + " where the metadata asks for " + stored.shape() + "; fetch or convert it again.");
        }
    }

    /** Whole heads at a time where their rows stand in another order, and so many rows as a chunk holds. */
    private static void fill(StoredTensor stored, GgufFile.Entry entry) {
        long columns = Math.max(1, entry.elements() / stored.rows());
        long whole = stored.form() instanceof StoredTensor.Paired(int headWidth) ? headWidth : 1;
        long step = Math.max(1, CHUNK / columns / whole) * whole;
        for (long row = 0; row < stored.rows(); row += step) {
            long rows = Math.min(step, stored.rows() - row);
            var values = new float[Math.toIntExact(rows * columns)];
            entry.dequantize(row * columns, values, 0, values.length);
            var part = new StoredTensor(stored.name(), stored.parameter(), stored.firstRow() + row, rows, stored.form());
            try (var _ = Scope.open()) {
                part.fill(Tensor.of(values, part.shape().stream().mapToLong(Long::longValue).toArray()));
            }
        }
    }
}
