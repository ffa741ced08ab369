package org.lyceum.models.layers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;

/**
 * Where layers register their parameters while a model is built: {@code new Linear(parameters.in("mlp").in("down"), …)}. The order of
 * registration is the order of the model.
 *
 * <p>A model that is trained has masters: f32 leaves that require gradients, rounded to the number format of the products each time. A model
 * that only infers holds the operands of its matrix products ready in that format instead; everything else is f32 as well.
 */
public final class Parameters {
    private final String prefix;
    private final List<Parameter> all;
    private final DType matmulType;
    private final boolean masters;

    /** The root of a model that can be trained: f32 master weights, matrix products in {@code matmulType} (F32 or BF16). */
    public Parameters(DType matmulType) {
        this("", new ArrayList<>(), matmulType, true);
    }

    private Parameters(String prefix, List<Parameter> all, DType matmulType, boolean masters) {
        this.prefix = prefix;
        this.all = all;
        this.matmulType = matmulType;
        this.masters = masters;
    }

    /** The root of a model for inference alone: no gradients, what enters matrix products held in {@code matmulType} (F32 or BF16). */
    public static Parameters held(DType matmulType) {
        return new Parameters("", new ArrayList<>(), matmulType, false);
    }

    /** An empty root of the same kind. */
    public Parameters another() {
        return new Parameters("", new ArrayList<>(), matmulType, masters);
    }

    /** A part of the model, named {@code name}. */
    public Parameters in(String name) {
        return new Parameters(prefix + name + ".", all, matmulType, masters);
    }

    /** A part of the model, the {@code index}-th of its kind. */
    public Parameters in(int index) {
        return in(Integer.toString(index));
    }

    /** Registers a parameter of zeros, f32; {@link org.lyceum.models.Initialisation} gives it its first value. */
    public Tensor add(String name, Parameter.Role role, long... shape) {
        return register(name, role, List.of(shape[0]), Tensor.zeros(DType.F32, shape));
    }

    /** Registers a matrix of products x·Wᵀ, (O, {@code inputs}), that stacks several with {@code rowParts} rows each. */
    public Tensor matrix(String name, Parameter.Role role, List<Long> rowParts, long inputs) {
        long rows = total(rowParts);
        if (!masters && matmulType == DType.F32 && Torch.device() == Device.CPU) {
            // Column by column: so MKL multiplies a single row, which is what decoding does, up to half again as fast; oneDNN in bf16 does not.
            return register(name, role, rowParts, Tensor.zeros(DType.F32, inputs, rows).transpose(0, 1));
        }
        return register(name, role, rowParts, Tensor.zeros(masters ? DType.F32 : matmulType, rows, inputs));
    }

    /** Registers the offset (O) of such a product. */
    public Tensor offset(String name, List<Long> rowParts) {
        return register(name, Parameter.Role.BIAS, rowParts, Tensor.zeros(masters ? DType.F32 : matmulType, total(rowParts)));
    }

    private Tensor register(String name, Parameter.Role role, List<Long> rowParts, Tensor value) {
        all.add(new Parameter(prefix + name, masters ? value.requireGradient() : value, role, rowParts));
        return value;
    }

    private static long total(List<Long> rowParts) {
        return rowParts.stream().mapToLong(Long::longValue).sum();
    }

    /** The number format of matrix products. */
    public DType matmulType() {
        return matmulType;
    }

    /** Every parameter registered so far. */
    public List<Parameter> all() {
        return Collections.unmodifiableList(all);
    }
}
