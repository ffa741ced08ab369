package org.lyceum.models.layers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * Where layers register their parameters while a model is built: {@code new Linear(parameters.in("mlp").in("down"), …)}. The order of
 * registration is the order of the model.
 */
public final class Parameters {
    private final String prefix;
    private final List<Parameter> all;
    private final DType matmulType;

    /** The root of a model whose matrix products run in {@code matmulType} (F32, or BF16 with f32 master weights). */
    public Parameters(DType matmulType) {
        this("", new ArrayList<>(), matmulType);
    }

    private Parameters(String prefix, List<Parameter> all, DType matmulType) {
        this.prefix = prefix;
        this.all = all;
        this.matmulType = matmulType;
    }

    /** A part of the model, named {@code name}. */
    public Parameters in(String name) {
        return new Parameters(prefix + name + ".", all, matmulType);
    }

    /** A part of the model, the {@code index}-th of its kind. */
    public Parameters in(int index) {
        return in(Integer.toString(index));
    }

    /** Registers a parameter of zeros; {@link Initialisation} gives it its first value. */
    public Tensor add(String name, Parameter.Role role, long... shape) {
        return add(name, role, List.of(shape[0]), shape);
    }

    /** The same for a matrix that stacks several with {@code rowParts} rows each. */
    public Tensor add(String name, Parameter.Role role, List<Long> rowParts, long... shape) {
        var value = Tensor.zeros(DType.F32, shape).requireGradient();
        all.add(new Parameter(prefix + name, value, role, rowParts));
        return value;
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
