package org.lyceum.models.huggingface;

import java.util.List;
import org.lyceum.models.layers.Parameter;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Tensor;

/**
 * A parameter, or some rows of one, as it lies in a file.
 *
 * @param name its name there
 * @param parameter what it is a part of
 * @param firstRow the first of its rows in the parameter
 * @param rows the number of its rows
 * @param form how the file holds it
 */
public record StoredTensor(String name, Parameter parameter, long firstRow, long rows, Form form) {
    /** How a file holds what we hold. */
    public sealed interface Form {
    }

    /** Just so. */
    public record Same() implements Form {
    }

    /** (I, O) where we hold (O, I). */
    public record Transposed() implements Form {
    }

    /** A gain g as g − 1, so that weight decay pulls it to 1. */
    public record LessOne() implements Form {
    }

    /**
     * The rows of each head, which rotary positions turn in pairs, with the two of a pair side by side: (0, D/2, 1, D/2 + 1, …). So
     * llama.cpp keeps the queries and keys of Llama.
     */
    public record Paired(int headWidth) implements Form {
    }

    /** The same rows in another form. */
    StoredTensor in(Form other) {
        return new StoredTensor(name, parameter, firstRow, rows, other);
    }

    /** The shape in the file. */
    public List<Long> shape() {
        var ours = parameter.value().shape();
        if (ours.length == 1) {
            return List.of(rows);
        }
        return form instanceof Transposed ? List.of(ours[1], rows) : List.of(rows, ours[1]);
    }

    /** What the file is to hold, in the number format of the parameter: a view of its memory where that will do. */
    public Tensor toFile() {
        var part = part();
        return switch (form) {
            case Same() -> part;
            case Transposed() -> part.transpose(0, 1);
            case LessOne() -> part.to(DType.F32).plus(-1);
            case Paired(int headWidth) -> part.reshape(-1, 2, headWidth / 2, columns()).transpose(1, 2).reshape(part.shape());
        };
    }

    /** Takes over what a file holds, of the shape {@link #shape} and in any number format. */
    public void fill(Tensor file) {
        var part = part();
        switch (form) {
            case Same() -> part.copyFrom(file);
            case Transposed() -> part.transpose(0, 1).copyFrom(file);
            case LessOne() -> part.copyFrom(file.to(DType.F32).plus(1));
            case Paired(int headWidth) ->
                part.copyFrom(file.reshape(-1, headWidth / 2, 2, columns()).transpose(1, 2).reshape(part.shape()));
        }
    }

    private Tensor part() {
        return parameter.value().detached().narrow(0, firstRow, rows);
    }

    private long columns() {
        return parameter.value().rank() == 1 ? 1 : parameter.value().size(1);
    }
}
